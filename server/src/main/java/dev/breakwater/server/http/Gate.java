/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What a listener refuses before a handler sees it, recorded under the listener's name. */
final class Gate {

    private static final int RETRY_SECONDS = 2;

    private final String name;
    private final Refusals refusals;

    Gate(String name, Refusals refusals) {
        this.name = name;
        this.refusals = refusals;
    }

    /** Records that somebody was refused of whom only the address is known. */
    void refused(RefusalReason reason, String source, Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("source", source);
        refusals.record(
                new Refusal(reason, name, Optional.empty(), new Actor.Unproven(source), all));
    }

    /** Answers a request for which there is no room, and records it. */
    void busy(Request request, Response response, Callback callback, String why) {
        refused(RefusalReason.SERVER_BUSY, Peer.address(request), Map.of("why", why));
        response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
        Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
    }

    /** The address in text, without its port. */
    static String address(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : String.valueOf(remote);
    }
}
