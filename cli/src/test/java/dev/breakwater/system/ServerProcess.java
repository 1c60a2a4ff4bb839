/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.cli.client.Fingerprint;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * A real server on free loopback ports, whose data outlive it: killed or stopped, it can be started
 * again on what it left.
 */
final class ServerProcess implements AutoCloseable {

    private static final Duration START_WAIT = Duration.ofSeconds(60);

    private final ServerPlace place;
    private final RunningProcess process;
    private final Fingerprint root;

    private ServerProcess(ServerPlace place, RunningProcess process, Fingerprint root) {
        this.place = place;
        this.process = process;
        this.root = root;
    }

    /** Starts a server and returns when it listens. */
    static ServerProcess start(ServerPlace place) throws IOException, InterruptedException {
        RunningProcess process = place.launch();
        try {
            process.awaitLine(line -> line.startsWith("Breakwater listens"), START_WAIT);
            String root = process.awaitLine(line -> line.startsWith("  root "), START_WAIT);
            return new ServerProcess(place, process, Fingerprint.parse(lastWord(root)));
        } catch (AssertionError silent) {
            process.close();
            throw silent;
        }
    }

    /** The one-time code of a server that nobody administrates yet. */
    String setupCode() throws InterruptedException {
        return lastWord(process.awaitLine(line -> line.startsWith("  setup code "), START_WAIT));
    }

    private static String lastWord(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    /** What a factory leaves on a device, for {@code ProvisioningFile} to read. */
    String provisioning(String serial, String enrollmentCode) {
        return Administrator.object()
                .put("host", place.host())
                .put("channelPort", place.ports().channel())
                .put("enrollmentPort", place.ports().enrollment())
                .put("rootFingerprint", root.hex())
                .put("serial", serial)
                .put("enrollmentCode", enrollmentCode)
                .toString();
    }

    ServerPlace place() {
        return place;
    }

    RunningProcess process() {
        return process;
    }

    Fingerprint root() {
        return root;
    }

    URI api() {
        return URI.create("https://" + place.host() + ":" + place.ports().api());
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    int stop() throws InterruptedException {
        return process.stop();
    }

    @Override
    public void close() {
        process.close();
    }
}
