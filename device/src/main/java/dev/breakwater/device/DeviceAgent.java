/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.Envelope;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.protocol.envelope.Sequence;
import dev.breakwater.protocol.message.DeviceEvent;
import dev.breakwater.protocol.message.OwnEnvelopeKey;
import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.protocol.message.Telemetry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
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
 *                 WrappingKeyFile.openOrCreate(Path.of("/persist/wrapping.key")),
 *                 StorageManifest.resource(Tank.class, "storage.json", ManifestWarrant.UNSIGNED),
 *                 Clock.systemUTC());
 * Provisioning told = file.read();
 * CredentialSlots slots =
 *         CredentialSlots.open(storage, told.keys().open(storage, told.serial()));
 * try (DeviceAgent agent =
 *         new DeviceAgent(
 *                 told, slots, file, System.out::println, AgentEnvironment.ofSystem())) {
 *     agent.keep(storage);
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
 * minutes, a refused identity after at most about an hour; see {@link AgentState.Refused}. A key
 * that cannot be used where it lives is an error of its own, {@link AgentState.KeyUnusable}.
 *
 * <p><b>Attestation.</b> If the keys live where they can be attested, the agent does so by itself.
 */
public final class DeviceAgent implements AutoCloseable {

    private enum Phase {
        NEW,
        STARTED,
        CLOSED
    }

    private final AgentEnvironment environment;
    private final Inbox inbox = new Inbox();
    private final Outbox outbox = new Outbox();
    private final CommandDesk commands;
    private final BelievedKey envelopeKey;
    private final Dispatch dispatch;
    private final UpdateLine updates;
    private final AgentLoop loop;
    private final AtomicReference<@Nullable Thread> upkeep = new AtomicReference<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
    private final AtomicReference<@Nullable SealedCommandKey> commandKey = new AtomicReference<>();

    /**
     * An agent that does nothing yet.
     *
     * @param provisioning where the server is and how to know it
     * @param slots the device's keys and certificates; this agent alone may use them
     * @param codes the enrollment code, if the device has no certificate yet
     * @param listener is told what happens
     * @param given clock, time and chance; normally {@link AgentEnvironment#ofSystem}
     */
    public DeviceAgent(
            Provisioning provisioning,
            CredentialSlots slots,
            EnrollmentCodeSource codes,
            AgentListener listener,
            AgentEnvironment given) {
        FlooredClock clock = FlooredClock.over(given.clock());
        this.environment = new AgentEnvironment(clock, given.pause(), given.random());
        this.envelopeKey = new BelievedKey(provisioning.envelopeKeys(), slots, clock);
        this.commands = new CommandDesk(inbox, outbox, clock, this::opened);
        this.dispatch = new Dispatch(commands, listener, envelopeKey, inbox);
        Enrollment enrollment = new Enrollment(provisioning, slots, codes, clock);
        this.updates = new UpdateLine(provisioning, enrollment, outbox, clock);
        this.loop =
                new AgentLoop(
                        provisioning,
                        enrollment,
                        new Attestation(provisioning, slots.attester(), enrollment, environment),
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
     * Obeys the server when it says that the owner has given this device away; before {@link
     * #start}. Only the server with the pinned root can say so, only in answer to this device's own
     * certificate, and naming this device; a device that is suspended, quarantined or reported
     * stolen is told nothing of the kind. The erasure is made certain, and then the product is
     * asked to restart: its next start finishes the erasure, and the agent hands the receipt to the
     * server before it connects anew.
     *
     * @param restart closes this agent and starts the product again; called once, on a thread of
     *     its own
     * @throws IllegalStateException if the agent was started or obeys already
     */
    public void onErasureOrder(Erasure erasure, Runnable restart) {
        requireNew();
        loop.obey(new ErasureOrder(erasure, environment, restart));
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
     * Has updates offered to this device; before {@link #start}. What receives them is normally a
     * {@code DeviceUpdates}.
     *
     * @return what the receiver needs of the agent
     * @throws IllegalStateException if the agent was started or updates have a receiver
     */
    public UpdateLine onUpdates(UpdateReceiver receiver) {
        requireNew();
        dispatch.register(receiver);
        return updates;
    }

    /**
     * Has the agent look after a storage; before {@link #start}. Once an hour it erases what has
     * been kept for longer than the manifest says, and it reports what there is, as the event
     * {@code storage-inventory}: at the start, once a day, and when something was erased.
     *
     * @throws IllegalStateException if the agent was started or looks after one already
     */
    public void keep(SealedStorage storage) {
        requireNew();
        Thread thread =
                Thread.ofVirtual()
                        .name("breakwater-upkeep")
                        .unstarted(new StorageUpkeep(storage, outbox, environment));
        if (!upkeep.compareAndSet(null, thread)) {
            throw new IllegalStateException("the agent looks after a storage already");
        }
    }

    /**
     * Lets the agent seal: it learns from the server which key to seal to, believes it only if it
     * is one of {@link Provisioning#envelopeKeys} where there are any, and seals with these
     * numbers. Before {@link #start}.
     *
     * @param sequence this device's only one
     * @throws IllegalStateException if the agent was started or has a sequence
     */
    public void sealWith(Sequence sequence) {
        requireNew();
        envelopeKey.sealWith(sequence);
    }

    /**
     * Seals readings to the key that the agent has learned, and reports them.
     *
     * @param readings as with {@link #publishTelemetry}, 66 bytes less
     * @return false if there is no key to seal to yet, or it has ended: then nothing was reported,
     *     and never in clear instead
     * @throws IllegalArgumentException beyond the limit
     */
    public boolean sealAndPublishTelemetry(ObjectNode readings) {
        Optional<byte[]> envelope =
                envelopeKey.seal(Topics.TELEMETRY, new Telemetry(readings).toJson());
        envelope.ifPresent(this::publishSealedTelemetry);
        return envelope.isPresent();
    }

    /**
     * Seals what happened to the key that the agent has learned, and reports it; its type in clear.
     *
     * @param type as with {@link #publishEvent}
     * @param details as with {@link #publishEvent}, 66 bytes less
     * @return as with {@link #sealAndPublishTelemetry}
     * @throws IllegalArgumentException beyond the limits
     */
    public boolean sealAndPublishEvent(String type, ObjectNode details) {
        DeviceEvent event = new DeviceEvent(type, details);
        Optional<byte[]> envelope =
                envelopeKey.seal(Topics.EVENTS_PREFIX + event.type(), event.toJson());
        envelope.ifPresent(some -> publishSealedEvent(event.type(), some));
        return envelope.isPresent();
    }

    /**
     * Lets the server seal this device's commands: the agent tells it the key, and opens with it.
     * Before {@link #start}.
     *
     * @throws IllegalStateException if the agent was started or has a key
     */
    public void openSealedCommands(SealedCommandKey key) {
        requireNew();
        if (!commandKey.compareAndSet(null, key)) {
            throw new IllegalStateException("this agent has a key for commands already");
        }
    }

    private Optional<byte[]> opened(byte[] envelope, String topic) {
        Optional<Credential> own = envelopeKey.credential();
        SealedCommandKey key = commandKey.get();
        return key == null || own.isEmpty()
                ? Optional.empty()
                : key.open(envelope, own.get().deviceId(), topic);
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
        @Nullable Thread keeping = upkeep.get();
        if (keeping != null) {
            keeping.start();
        }
        SealedCommandKey key = commandKey.get();
        if (key != null) {
            offer(
                    Outbox.Kind.IMPORTANT,
                    Topics.ENVELOPE_KEY,
                    new OwnEnvelopeKey(key.published()).toJson());
        }
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
     * Reports readings that somebody sealed, to whoever is to open them; the server keeps them as
     * they are. To be sealed for {@link Topics#TELEMETRY}. What the server gets twice opens once.
     *
     * @param envelope what a {@link dev.breakwater.protocol.envelope.Sealer} made, at most 127 KiB;
     *     copied in
     * @throws IllegalArgumentException if it is no envelope, or beyond the limit
     */
    public void publishSealedTelemetry(byte[] envelope) {
        requireEnvelope(envelope, Telemetry.BYTES_MAX);
        offer(Outbox.Kind.TELEMETRY, Topics.TELEMETRY, envelope.clone());
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
     * Reports that something happened, which only whoever has the key can read; its type anybody.
     * To be sealed for the topic {@code me/events/{type}}.
     *
     * @param type as with {@link #publishEvent}
     * @param envelope what a {@link dev.breakwater.protocol.envelope.Sealer} made, at most 32 KiB;
     *     copied in
     * @throws IllegalArgumentException if it is no envelope, or beyond the limits
     */
    public void publishSealedEvent(String type, byte[] envelope) {
        DeviceEvent.requireType(type);
        requireEnvelope(envelope, DeviceEvent.BYTES_MAX);
        offer(Outbox.Kind.IMPORTANT, Topics.EVENTS_PREFIX + type, envelope.clone());
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
            @Nullable Thread keeping = upkeep.get();
            if (keeping != null) {
                keeping.interrupt();
            }
            loop.close();
        }
    }

    private static void requireEnvelope(byte[] envelope, int bytesMax) {
        Optional<EnvelopeFault> fault = Envelope.fault(envelope);
        if (fault.isPresent() || envelope.length > bytesMax) {
            throw new IllegalArgumentException(
                    "what is published sealed is an envelope of at most %d bytes; this has %d: %s"
                            .formatted(
                                    bytesMax,
                                    envelope.length,
                                    fault.orElse(EnvelopeFault.TOO_LONG)));
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
