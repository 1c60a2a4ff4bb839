/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerUnderTest;
import dev.breakwater.bench.server.TestBed;
import java.util.List;
import java.util.function.Consumer;

/**
 * What every benchmark works with.
 *
 * @param servers that are compared, ours first
 * @param progress hears what is going on
 */
public record Contest(
        TestBed bed, List<ServerKind> servers, Results results, Consumer<String> progress) {

    /** Copies the list. */
    public Contest {
        servers = List.copyOf(servers);
    }

    /** Starts a server and takes down who it is. */
    ServerUnderTest start(ServerKind kind) throws Exception {
        progress.accept("starting " + kind.label());
        ServerUnderTest server = bed.start(kind);
        results.contender(
                new Results.Contender(
                        kind.label(),
                        server.version(),
                        server.setting(),
                        server.promise().words()));
        return server;
    }

    /** Something that is done with each server in turn. */
    interface Turn {
        void take(ServerUnderTest server, ClientTls tls) throws Exception;
    }

    /**
     * Starts one server after the other and lets each take its turn. A peer that fails is left out
     * of the comparison, and the results say so; ours must not fail.
     */
    void each(String benchmark, Turn turn) throws Exception {
        for (ServerKind kind : servers) {
            try (ServerUnderTest server = start(kind);
                    ClientTls tls = tls(server)) {
                turn.take(server, tls);
            } catch (ServerFailed failed) {
                if (kind == ServerKind.BREAKWATER) {
                    throw failed;
                }
                String why = String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
                progress.accept("%s: %s failed: %s".formatted(benchmark, kind.label(), why));
                results.remark("%s: %s is left out: %s".formatted(benchmark, kind.label(), why));
            }
        }
    }

    /** TLS towards this server, by the best key exchange that it can do. */
    static ClientTls tls(ServerUnderTest server) throws Exception {
        return ClientTls.of(server.root(), server.keyExchange());
    }

    Dialer dialer(ServerUnderTest server, ClientTls tls) {
        return new Dialer(bed.loops(), tls, server.channelPort());
    }

    boolean has(ServerKind kind) {
        return servers.contains(kind);
    }

    /** A figure of one server divided by the same of another; not a number if one is missing. */
    double ratio(String benchmark, String name, ServerKind one, ServerKind other) {
        return results.value(benchmark, one.label(), name).orElse(Double.NaN)
                / results.value(benchmark, other.label(), name).orElse(Double.NaN);
    }
}
