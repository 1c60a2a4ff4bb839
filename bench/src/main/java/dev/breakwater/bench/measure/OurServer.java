/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.Operator;
import dev.breakwater.bench.server.ServerKind;
import java.util.List;

/** Our server with what is needed to load it, for what peers cannot do or need not be asked. */
final class OurServer implements AutoCloseable {

    private static final int OPERATOR_CONNECTIONS = 128;

    private final Contest contest;
    private final BreakwaterServer server;
    private final ClientTls tls;
    private final Operator operator;

    private OurServer(Contest contest, BreakwaterServer server, ClientTls tls, Operator operator) {
        this.contest = contest;
        this.server = server;
        this.tls = tls;
        this.operator = operator;
    }

    static OurServer start(Contest contest) throws Exception {
        if (!(contest.start(ServerKind.BREAKWATER) instanceof BreakwaterServer server)) {
            throw new IllegalStateException("ours is ours");
        }
        try {
            return new OurServer(
                    contest,
                    server,
                    Contest.tls(server),
                    server.operator(contest.bed(), OPERATOR_CONNECTIONS));
        } catch (Exception failed) {
            server.close();
            throw failed;
        }
    }

    BreakwaterServer server() {
        return server;
    }

    Operator operator() {
        return operator;
    }

    Dialer dialer() {
        return contest.dialer(server, tls);
    }

    void figure(String benchmark, String name, String unit, double value) {
        contest.results().figure(benchmark, ServerKind.BREAKWATER.label(), name, unit, value);
    }

    void curve(String benchmark, String x, String y, List<Results.Point> points) {
        contest.results()
                .curve(new Results.Curve(benchmark, ServerKind.BREAKWATER.label(), x, y, points));
    }

    @Override
    public void close() {
        operator.close();
        server.close();
        tls.close();
    }
}
