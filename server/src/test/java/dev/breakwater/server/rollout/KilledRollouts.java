/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.TlsFacts;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs in a JVM of its own that a test kills: the real store on disk and the real orchestrator over
 * it. Lines stand for the channel. In: {@code on SESSION DEVICE} (connected and subscribed), {@code
 * off DEVICE}, {@code say NUMBER DEVICE JSON}. Out: {@code ready CPU-NANOSECONDS}, {@code ack
 * NUMBER} (durable), {@code no NUMBER WHY} (refused), {@code offer SESSION DEVICE JSON}.
 */
final class KilledRollouts {

    private final RolloutsOnDisk disk;
    private final OrganizationId organization;
    private final PrintStream out;
    private final Map<DeviceId, AuthenticatedDevice> proofs = new ConcurrentHashMap<>();
    private final ExecutorService subscriptions = Executors.newVirtualThreadPerTaskExecutor();

    private KilledRollouts(RolloutsOnDisk disk, OrganizationId organization, PrintStream out) {
        this.disk = disk;
        this.organization = organization;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.US_ASCII);
        // What is logged must not come between the lines.
        System.setOut(System.err);
        RolloutsOnDisk disk = new RolloutsOnDisk(Path.of(args[0]));
        disk.updates.start();
        KilledRollouts killed = new KilledRollouts(disk, OrganizationId.parse(args[1]), out);
        killed.print("ready " + cpu().toNanos());
        killed.serve();
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private void serve() throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null) {
            String[] words = line.split(" ", 4);
            switch (words[0]) {
                case "on" -> connected(Long.parseLong(words[1]), DeviceId.parse(words[2]));
                case "off" ->
                        disk.sessions
                                .of(DeviceId.parse(words[1]))
                                .ifPresent(
                                        session ->
                                                Objects.requireNonNull(session)
                                                        .close(FarewellReason.TAKEN_OVER));
                case "say" -> said(Long.parseLong(words[1]), DeviceId.parse(words[2]), words[3]);
                default -> throw new IllegalStateException(line);
            }
            line = in.readLine();
        }
    }

    private void print(String line) {
        synchronized (out) {
            out.println(line);
        }
    }

    private AuthenticatedDevice proof(DeviceId device) {
        return proofs.computeIfAbsent(device, id -> ProvenDevices.of(organization, id));
    }

    private void connected(long number, DeviceId device) {
        var _ = disk.sessions.attach(new Line(number, device));
        subscriptions.execute(() -> disk.updates.offers().onSubscribed(proof(device)));
    }

    private void said(long number, DeviceId device, String json) {
        disk.updates
                .offers()
                .status(
                        proof(device),
                        json.getBytes(StandardCharsets.US_ASCII),
                        new Completion<>() {
                            @Override
                            public void durable(Object value) {
                                print("ack " + number);
                            }

                            @Override
                            public void failed(RuntimeException cause) {
                                print("no " + number + " " + cause.getMessage());
                            }
                        });
    }

    private final class Line implements DeviceSession {

        private final long number;
        private final DeviceId device;

        Line(long number, DeviceId device) {
            this.number = number;
            this.device = device;
        }

        @Override
        public DeviceId deviceId() {
            return device;
        }

        @Override
        public OrganizationId organization() {
            return organization;
        }

        @Override
        public TlsFacts tls() {
            throw new IllegalStateException("nobody asks for it here");
        }

        @Override
        public void deliver(OutboundMessage message, DeliveryOutcome outcome) {
            print(
                    "offer %d %s %s"
                            .formatted(
                                    number,
                                    device,
                                    new String(message.payload(), StandardCharsets.US_ASCII)));
            outcome.delivered();
        }

        @Override
        public void close(FarewellReason reason) {
            var _ = disk.sessions.detach(this);
        }
    }
}
