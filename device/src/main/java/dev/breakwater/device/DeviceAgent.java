/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.DeviceEvent;
import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.protocol.message.Telemetry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ObjectNode;

/**
 * A device's side of Breakwater: it makes its own key, enrolls, connects with its own certificate,
 * stays connected, and renews the certificate before it ends. The product says what to report and
 * what its commands do.
 *
 * <pre>{@code
 * ProvisioningFile file = new ProvisioningFile(Path.of("/etc/tank/provisioning.json"));
 * SealedStorage storage =
 *         new SealedStorage(
 *                 DirectoryDisk.open(Path.of("/data/breakwater")),
 *                 WrappingKeyFile.openOrCreate(Path.of("/persist/wrapping.key")));
 * CredentialSlots slots = CredentialSlots.open(storage, new SealedFileKeys(storage));
 * try (DeviceAgent agent =
 *         new DeviceAgent(
 *                 file.read(), slots, file, System.out::println, AgentEnvironment.ofSystem())) {
 *     agent.onCommand("blink", arguments -> JsonMapper.shared().createObjectNode());
 *     agent.start();
 *     agent.publishTelemetry(
 *             JsonMapper.shared().createObjectNode().put("temperatureCelsius", 24.5));
 *     agent.flush(Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p><b>Delivery.</b> What is published is kept in memory until the server has acknowledged that it
 * is on disk, over any number of connections, so the server may receive a message twice. At most
 * 1,000 messages and 4 MiB are kept; beyond that the oldest telemetry is dropped first, see {@link
 * #droppedMessages}. A power cut loses what was not acknowledged. A command is carried out at most
 * once by one run of the agent: it is acknowledged when it is taken in, so a power cut while it
 * runs leaves it without a reply rather than doing it twice.
 *
 * <p><b>Threads.</b> Every method may be called by any thread and none of them waits for the
 * network, except {@link #flush} and {@link #close}. Handlers are called one after the other on a
 * virtual thread of the agent; they may block.
 *
 * <p><b>Refusals.</b> The agent never gives up: a lost connection is retried after at most 5
 * minutes, a refused identity after at most about an hour; see {@link AgentState.Refused}.
 */
public final class DeviceAgent implements AutoCloseable {

    private enum Phase {
        NEW,
        STARTED,
        CLOSED
    }

    private final Inbox inbox = new Inbox();
    private final Outbox outbox = new Outbox();
    private final CommandDesk commands;
    private final Dispatch dispatch;
    private final AgentLoop loop;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);

    /**
     * An agent that does nothing yet.
     *
     * @param provisioning where the server is and how to know it
     * @param slots the device's keys and certificates; this agent alone may use them
     * @param codes the enrollment code, if the device has no certificate yet
     * @param listener is told what happens
     * @param environment clock, time and chance; normally {@link AgentEnvironment#ofSystem}
     */
    public DeviceAgent(
            Provisioning provisioning,
            CredentialSlots slots,
            EnrollmentCodeSource codes,
            AgentListener listener,
            AgentEnvironment environment) {
        this.commands = new CommandDesk(inbox, outbox, environment.clock());
        this.dispatch = new Dispatch(commands, listener, inbox);
        this.loop =
                new AgentLoop(
                        provisioning,
                        new Enrollment(provisioning, slots, codes, environment.clock()),
                        outbox,
                        dispatch,
                        listener,
                        environment);
    }

    /**
     * Registers what a command does; before {@link #start}.
     *
     * @param name 1 to 64 characters of {@code a-z 0-9 -}, the first a letter
     * @throws IllegalArgumentException if the name is malformed
     * @throws IllegalStateException if the agent was started or the name has a handler
     */
    public void onCommand(String name, CommandHandler handler) {
        requireNew();
        commands.register(name, handler);
    }

    /**
     * Registers what happens when the server desires another state; before {@link #start}.
     *
     * @throws IllegalStateException if the agent was started or there is a handler
     */
    public void onDesiredState(DesiredStateHandler handler) {
        requireNew();
        dispatch.register(handler);
    }

    /**
     * Begins to enroll and connect, and keeps doing so until {@link #close}.
     *
     * @throws IllegalStateException if the agent was started before
     */
    public void start() {
        if (!phase.compareAndSet(Phase.NEW, Phase.STARTED)) {
            throw new IllegalStateException("an agent is started once");
        }
        inbox.start();
        loop.start();
    }

    /**
     * Reports readings.
     *
     * @param readings at most 127 KiB of JSON; the server adds the time of receipt, so put a time
     *     of your own in if it matters
     * @throws IllegalArgumentException beyond the limit
     */
    public void publishTelemetry(ObjectNode readings) {
        offer(Outbox.Kind.TELEMETRY, Topics.TELEMETRY, new Telemetry(readings).toJson());
    }

    /**
     * Reports a change of state.
     *
     * @param patch a JSON merge patch (RFC 7396) of the reported state, at most 32 KiB
     * @throws IllegalArgumentException beyond the limit
     */
    public void reportState(ObjectNode patch) {
        offer(Outbox.Kind.IMPORTANT, Topics.STATE, new StatePatch(patch).toJson());
    }

    /**
     * Reports that something happened.
     *
     * @param type 1 to 64 characters of {@code a-z 0-9 -}, the first a letter
     * @param details at most 32 KiB of JSON
     * @throws IllegalArgumentException beyond the limits
     */
    public void publishEvent(String type, ObjectNode details) {
        DeviceEvent event = new DeviceEvent(type, details);
        offer(Outbox.Kind.IMPORTANT, Topics.EVENTS_PREFIX + event.type(), event.toJson());
    }

    /**
     * Waits until the server has acknowledged everything published so far.
     *
     * @return false if the time was up first
     */
    public boolean flush(Duration timeMax) throws InterruptedException {
        return outbox.awaitEmpty(timeMax);
    }

    /** How many messages were dropped for want of room since the agent was made. */
    public long droppedMessages() {
        return outbox.dropped();
    }

    /**
     * Says farewell to the server and stops; a handler that is running is interrupted. Returns when
     * the agent has stopped, with {@link AgentState.Stopped} as its last state. What the server has
     * not acknowledged is lost: {@link #flush} first.
     */
    @Override
    public void close() {
        if (phase.getAndSet(Phase.CLOSED) == Phase.STARTED) {
            inbox.stop();
            loop.close();
        }
    }

    private void offer(Outbox.Kind kind, String topic, byte[] payload) {
        outbox.offer(new Outbox.Message(kind, topic, payload));
    }

    private void requireNew() {
        if (phase.get() != Phase.NEW) {
            throw new IllegalStateException("handlers are registered before the agent is started");
        }
    }
}
