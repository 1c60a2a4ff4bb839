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
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.envelope.KeptSequence;
import dev.breakwater.protocol.message.Notice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A tank in this process, at an {@link AttestingServer} and by its clock: real storage, keys where
 * the test says, TLS and agent. It seals its telemetry, as such a product has to.
 */
final class AttestingTank implements AutoCloseable {

    private static final String AGENT = "breakwater-agent";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SEED = 17;

    private final AttestingServer server;
    private final CredentialSlots slots;
    private final DeviceAgent agent;
    private final BlockingQueue<AgentState> states = new LinkedBlockingQueue<>();
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
        Provisioning told = server.provisioning(keys);
        this.agent =
                new DeviceAgent(
                        told,
                        slots,
                        new Code(),
                        new Watch(),
                        new AgentEnvironment(
                                server.clock(), server.time()::rest, new Random(SEED)));
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

    /** Its keys and certificates, which a device would never hand out. */
    CredentialSlots slots() {
        return slots;
    }

    /** Waits until its agent says this; what it has said before counts no more. */
    <S extends AgentState> S await(Class<S> type) throws InterruptedException {
        return await(type, _ -> true);
    }

    private <S extends AgentState> S await(Class<S> type, Predicate<S> wanted)
            throws InterruptedException {
        while (true) {
            AgentState state = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError(
                        "the agent did not come to %s, but to %s"
                                .formatted(type.getSimpleName(), heard));
            }
            heard.add(state);
            if (type.isInstance(state) && wanted.test(type.cast(state))) {
                return type.cast(state);
            }
        }
    }

    /** All that its agent has said in calls of {@link #await}. */
    List<AgentState> heard() {
        return List.copyOf(heard);
    }

    /** Waits until its agent rests, and lets that time pass for everybody. */
    void passRest() throws InterruptedException {
        server.time().advance(server.time().awaitRestOf(AGENT));
    }

    /** Lets time pass whenever its agent rests, until it is connected. */
    void passRestsUntilConnected() throws InterruptedException {
        for (int rests = 0; rests < 20; rests++) {
            passRest();
            AgentState state = await(AgentState.class, AttestingTank::isAnEnd);
            if (state instanceof AgentState.Connected) {
                return;
            }
        }
        throw new AssertionError("the agent does not connect: " + heard);
    }

    private static boolean isAnEnd(AgentState state) {
        return state instanceof AgentState.Connected
                || state instanceof AgentState.Refused
                || state instanceof AgentState.KeyUnusable;
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

    private final class Watch implements AgentListener {

        @Override
        public void stateChanged(AgentState state) {
            states.add(state);
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
