/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.DesiredState;
import dev.breakwater.protocol.message.EnvelopeKeyNotice;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.protocol.message.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what arrives to the product's handlers. */
final class Dispatch {

    /** What every device subscribes to. */
    private static final List<String> FILTERS =
            List.of(
                    Topics.COMMANDS_FILTER,
                    Topics.DESIRED_STATE,
                    Topics.NOTICES,
                    Topics.CERTIFICATE_ISSUED,
                    Topics.TAKEOVERS);

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final CommandDesk commands;
    private final AgentListener listener;
    private final BelievedKey envelopeKey;
    private final Inbox inbox;
    private final MessageReader reader = MessageReader.forDevices();
    private final AtomicReference<@Nullable DesiredStateHandler> desiredHandler =
            new AtomicReference<>();

    private final AtomicReference<@Nullable UpdateReceiver> updates = new AtomicReference<>();

    /** The newest desired state that waits for its handler; older ones are passed over. */
    private final AtomicReference<@Nullable DesiredState> desired = new AtomicReference<>();

    Dispatch(CommandDesk commands, AgentListener listener, BelievedKey envelopeKey, Inbox inbox) {
        this.commands = commands;
        this.listener = listener;
        this.envelopeKey = envelopeKey;
        this.inbox = inbox;
    }

    /** What this device subscribes to. */
    List<String> filters() {
        @Nullable UpdateReceiver receiver = updates.get();
        if (receiver == null) {
            return FILTERS;
        }
        List<String> more = new ArrayList<>(FILTERS);
        more.add(Topics.UPDATE_OFFER);
        if (receiver.fetchesByChannel()) {
            more.add(Topics.UPDATE_CHUNK);
        }
        return more;
    }

    void register(UpdateReceiver receiver) {
        if (!updates.compareAndSet(null, receiver)) {
            throw new IllegalStateException("updates have a receiver already");
        }
    }

    void register(DesiredStateHandler handler) {
        if (!desiredHandler.compareAndSet(null, handler)) {
            throw new IllegalStateException("the desired state has a handler already");
        }
    }

    /** Takes a message in. */
    void receive(String topic, byte[] payload) {
        try {
            if (topic.startsWith(Topics.COMMANDS_PREFIX)) {
                commands.receive(topic, payload);
            } else if (topic.equals(Topics.DESIRED_STATE)) {
                takeIn(reader.desiredState(payload));
            } else if (topic.equals(Topics.NOTICES)) {
                Optional<EnvelopeKeyNotice> key = reader.envelopeKey(payload);
                if (key.isPresent()) {
                    envelopeKey.learn(key.get());
                }
                takeIn(reader.notice(payload));
            } else if (topic.equals(Topics.UPDATE_OFFER)) {
                Optional.ofNullable(updates.get()).ifPresent(to -> to.offered(payload));
            } else if (topic.equals(Topics.UPDATE_CHUNK)) {
                Optional.ofNullable(updates.get()).ifPresent(to -> to.arrived(payload));
            } else if (topic.equals(Topics.TAKEOVERS)) {
                // The acknowledgement has left already, and was the answer.
                LOG.warn("Another connection has taken this one's place: is there a copy?");
            } else {
                // Certificates are asked for by EST, so one that comes this way was not asked for.
                LOG.debug("Ignored a message on a topic this device makes no use of");
            }
        } catch (MalformedMessage malformed) {
            LOG.warn("Ignored a malformed message of the server: {}", malformed.getMessage());
        }
    }

    private void takeIn(Notice notice) {
        if (!inbox.offer(() -> listener.noticed(notice))) {
            LOG.warn("A notice of kind {} found no room", notice.kind());
        }
    }

    private void takeIn(DesiredState newest) {
        Optional<DesiredStateHandler> handler = Optional.ofNullable(desiredHandler.get());
        if (handler.isEmpty()) {
            LOG.debug("A desired state came, and this product has no handler for it");
        } else if (desired.getAndSet(newest) == null) {
            inbox.add(() -> handDesired(handler.get()));
        }
    }

    private void handDesired(DesiredStateHandler handler) throws InterruptedException {
        @Nullable DesiredState newest = desired.getAndSet(null);
        if (newest != null) {
            handler.desired(newest);
        }
    }
}
