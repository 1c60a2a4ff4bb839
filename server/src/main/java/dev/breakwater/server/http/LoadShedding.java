/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.durability.ReadingLane;
import dev.breakwater.server.limits.QueueDelay;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses people's new requests at once while those before them wait too long, for a thread or for
 * a reader of the store: late answers help nobody, and whoever is told to come back does not add to
 * the queue. Those are refused whose source asks for more than anybody may at any time; the others
 * are served all the same, and read first, or a single source could keep everybody out. How many of
 * those wait is bounded by {@link RequestsInWork}. Devices and health have listeners of their own,
 * which this does not stand before.
 */
final class LoadShedding extends Handler.Wrapper {

    private final Gate gate;
    private final SourceDebts debts;
    private final QueueDelay threads;
    private final ReadingLane readings;

    LoadShedding(
            Handler next, Gate gate, SourceDebts debts, QueueDelay threads, ReadingLane readings) {
        super(next);
        this.gate = gate;
        this.debts = debts;
        this.threads = threads;
        this.readings = readings;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        long debt = debts.askedBy(SourceNetwork.of(Peer.address(request)), 1);
        boolean spared = debt == 0;
        if (!spared && threads.tooLong()) {
            gate.busy(request, response, callback, "requests wait for a thread");
            return true;
        }
        if (!spared && readings.tooLong()) {
            gate.busy(request, response, callback, "requests wait for the store");
            return true;
        }
        return readings.within(debt, () -> super.handle(request, response, callback));
    }
}
