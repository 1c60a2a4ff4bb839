/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.envelope.KeptSequence;
import dev.breakwater.protocol.message.Notice;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A tank in this process, at an {@link AttestingServer} and by its clock: real storage, keys where
 * the test says, TLS and agent. It seals its telemetry, as such a product has to.
 */
final class AttestingTank implements AutoCloseable {

    private static final String AGENT = "breakwater-agent";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SEED = 17;

    /** More than any test lets an agent come to. */
    private static final int STATES_MAX = 100;

    private final AttestingServer server;
    private final Provisioning told;
    private final CredentialSlots slots;
    private final DeviceAgent agent;
    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private final List<AgentState> heard = new ArrayList<>();
    private final CountDownLatch knowsKey = new CountDownLatch(1);
    private Optional<EnrollmentCode> code;

    private AttestingTank(
            AttestingServer server, Path directory, KeyPlace keys, Optional<EnrollmentCode> code)
            throws IOException {
        this.server = server;
        this.code = code;
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("storage")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
        this.slots = CredentialSlots.open(storage, keys.open(storage, AttestingServer.TANK));
        this.told = server.provisioning(keys);
        this.agent =
                new DeviceAgent(
                        told,
                        slots,
                        new Code(),
                        new Watch(),
                        new AgentEnvironment(server.clock(), this::rest, new Random(SEED)));
        agent.sealWith(KeptSequence.open(directory.resolve("sequence"), server.clock()));
    }

    /** Starts a tank that has a code and nothing else. */
    static AttestingTank startNew(AttestingServer server, Path directory, KeyPlace keys)
            throws IOException {
        return start(server, directory, keys, Optional.of(server.code()));
    }

    /** Starts a tank on what lies in this directory. */
    static AttestingTank startAgain(AttestingServer server, Path directory, KeyPlace keys)
            throws IOException {
        return start(server, directory, keys, Optional.empty());
    }

    private static AttestingTank start(
            AttestingServer server, Path directory, KeyPlace keys, Optional<EnrollmentCode> code)
            throws IOException {
        AttestingTank tank = new AttestingTank(server, directory, keys, code);
        tank.agent.start();
        return tank;
    }

    /** What it tries to connect with, which a device would never hand out. */
    Credential credential() throws IOException {
        Optional<Credential> next = slots.next();
        return next.isPresent() ? next.get() : slots.current().orElseThrow();
    }

    /** The server's root as it found it. */
    ServerTrust trust() throws IOException {
        return slots.trust(told.root()).orElseThrow();
    }

    /** The key of the credential in use. */
    PublicKey key() throws IOException {
        return slots.current().orElseThrow().key().publicKey();
    }

    /** Waits until its agent says this; what it has said before counts no more. */
    <S extends AgentState> S await(Class<S> type) throws InterruptedException {
        while (true) {
            if (next(type) instanceof Happening.Said(var state) && type.isInstance(state)) {
                return type.cast(state);
            }
        }
    }

    /** Lets the time of each of its agent's rests pass for everybody, until it says this. */
    <S extends AgentState> S passRestsUntil(Class<S> type) throws InterruptedException {
        while (heard.size() < STATES_MAX) {
            switch (next(type)) {
                case Happening.Said(var state) when type.isInstance(state) -> {
                    return type.cast(state);
                }
                case Happening.Said(var _) -> {}
                case Happening.Rests() -> server.time().advance(server.time().awaitRestOf(AGENT));
            }
        }
        throw new AssertionError("the agent did not come to %s, but to %s".formatted(type, heard));
    }

    /** All that its agent has said in calls of {@link #await} and {@link #passRestsUntil}. */
    List<AgentState> heard() {
        return List.copyOf(heard);
    }

    private Happening next(Class<?> wanted) throws InterruptedException {
        Happening next = happenings.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError(
                    "the agent did not come to %s, but to %s".formatted(wanted, heard));
        }
        if (next instanceof Happening.Said(var state)) {
            heard.add(state);
        }
        return next;
    }

    private void rest(Duration length) throws InterruptedException {
        if (Thread.currentThread().getName().equals(AGENT)) {
            happenings.add(new Happening.Rests());
        }
        server.time().rest(length);
    }

    /** Seals a reading, and waits until the server has it. */
    void report(double temperatureCelsius) throws InterruptedException {
        assertThat(knowsKey.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(
                        agent.sealAndPublishTelemetry(
                                Administrator.object()
                                        .put("temperatureCelsius", temperatureCelsius)))
                .isTrue();
        assertThat(agent.flush(PATIENCE)).isTrue();
    }

    @Override
    public void close() {
        agent.close();
    }

    /** What a test waits for. */
    private sealed interface Happening {

        /** Its agent has said where it stands. */
        record Said(AgentState state) implements Happening {}

        /** Its agent waits for time to pass. */
        record Rests() implements Happening {}
    }

    private final class Watch implements AgentListener {

        @Override
        public void stateChanged(AgentState state) {
            happenings.add(new Happening.Said(state));
        }

        @Override
        public void noticed(Notice notice) {
            // The agent has learned the key before it hands the notice on.
            if (notice.kind().equals("envelope-key")) {
                knowsKey.countDown();
            }
        }
    }

    private final class Code implements EnrollmentCodeSource {

        @Override
        public Optional<EnrollmentCode> code() {
            return code;
        }

        @Override
        public void erase() {
            code = Optional.empty();
        }
    }
}
