/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.envelope.SealedCommands;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.rollout.DeviceOffers;
import dev.breakwater.server.telemetry.RecentReadings;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.twin.Twins;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which topic of the native profile goes to which feature, and what a subscription sets going. A
 * topic that is not here does not exist: it is refused in PUBLISH, SUBSCRIBE and wills alike.
 *
 * <p>RETAIN is taken and changes nothing: no topic that a device publishes to can be subscribed to,
 * and what was published is kept in any case.
 */
public final class TopicRouter implements DeviceTopics {

    /** One level under {@code me/} is literal, so that no filter can begin outside of it. */
    private static final String OWN = "me/";

    private static final TopicName DESIRED_STATE = TopicName.of(Topics.DESIRED_STATE);

    private static final TopicName UPDATE_OFFER = TopicName.of(Topics.UPDATE_OFFER);

    /** Stands for the topics of all commands: a filter for only one is of no use to anybody. */
    private static final TopicName ANY_COMMAND = TopicName.of(Topics.command(CommandId.fresh()));

    private static final List<TopicName> FROM_SERVER =
            List.of(
                    DESIRED_STATE,
                    ANY_COMMAND,
                    TopicName.of(Topics.NOTICES),
                    TopicName.of(Topics.CERTIFICATE_ISSUED),
                    TopicName.of(Topics.TOKEN_ISSUED),
                    TopicName.of(Topics.TAKEOVERS),
                    UPDATE_OFFER,
                    TopicName.of(Topics.UPDATE_CHUNK));

    private final Telemetry telemetry;
    private final Twins twins;
    private final Commands commands;
    private final DeviceOffers updates;
    private final Optional<Taker> toTelemetry;
    private final Optional<Taker> toTwins;
    private final Optional<Taker> toRenewal;
    private final Optional<Taker> toRotation;
    private final Optional<Taker> toSealedCommands;
    private final Optional<Taker> toFetching;
    private final Optional<Taker> toUpdates;

    /** Wires the topics to the features. */
    public TopicRouter(
            Telemetry telemetry,
            Twins twins,
            Commands commands,
            SealedCommands sealedCommands,
            CertificateRenewal renewal,
            TokenRotation rotation,
            UpdateFetching fetching,
            DeviceOffers updates) {
        this.telemetry = telemetry;
        this.twins = twins;
        this.commands = commands;
        this.updates = updates;
        this.toTelemetry = Optional.of(telemetry::accept);
        // What comes twice is told twice, and changes nothing the second time.
        this.toTwins =
                Optional.of(
                        (device, _, payload, completion) ->
                                twins.report(device, payload, completion));
        this.toRenewal =
                Optional.of(
                        (device, _, payload, completion) ->
                                renewal.request(device, payload, completion));
        this.toSealedCommands =
                Optional.of(
                        (device, _, payload, completion) ->
                                sealedCommands.register(device, payload, completion));
        this.toUpdates =
                Optional.of(
                        (device, _, payload, completion) ->
                                updates.status(device, payload, completion));
        this.toRotation =
                Optional.of(
                        (device, _, payload, completion) ->
                                rotation.request(device, payload, completion));
        this.toFetching =
                Optional.of(
                        (device, _, payload, completion) ->
                                fetching.request(device, payload, completion));
    }

    /** Who takes the messages of one topic. */
    private interface Taker {
        void take(
                AuthenticatedDevice device,
                int packetId,
                byte[] payload,
                Completion<Object> completion);
    }

    private Optional<Taker> taker(TopicName topic) {
        String text = topic.text();
        return switch (text) {
            case Topics.TELEMETRY -> toTelemetry;
            case Topics.STATE -> toTwins;
            case Topics.CERTIFICATE_RENEW -> toRenewal;
            case Topics.TOKEN_ROTATE -> toRotation;
            case Topics.ENVELOPE_KEY -> toSealedCommands;
            case Topics.UPDATE_FETCH -> toFetching;
            case Topics.UPDATE_STATUS -> toUpdates;
            default -> {
                if (text.startsWith(Topics.EVENTS_PREFIX)) {
                    String type = text.substring(Topics.EVENTS_PREFIX.length());
                    yield Optional.of(
                            (device, packetId, payload, completion) ->
                                    telemetry.acceptEvent(
                                            device, type, packetId, payload, completion));
                }
                yield repliedCommand(text)
                        .map(
                                id ->
                                        (device, _, payload, completion) ->
                                                commands.reply(device, id, payload, completion));
            }
        };
    }

    private static Optional<CommandId> repliedCommand(String topic) {
        int idEnd = topic.length() - Topics.REPLY_SUFFIX.length();
        if (!topic.startsWith(Topics.COMMANDS_PREFIX)
                || !topic.endsWith(Topics.REPLY_SUFFIX)
                || idEnd < Topics.COMMANDS_PREFIX.length()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    CommandId.parse(topic.substring(Topics.COMMANDS_PREFIX.length(), idEnd)));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    @Override
    public boolean takes(TopicName topic) {
        return taker(topic).isPresent();
    }

    @Override
    public boolean offers(TopicFilter filter) {
        return filter.text().startsWith(OWN) && FROM_SERVER.stream().anyMatch(filter::matches);
    }

    @Override
    public void publish(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] payload,
            Completion<Object> completion) {
        Optional<Taker> taker = taker(topic);
        if (taker.isPresent()) {
            taker.get().take(device, packetId, payload, completion);
        } else {
            completion.failed(
                    new MessageRefused(
                            RefusalReason.TOPIC_REFUSED,
                            "the native profile has no such topic to publish to"));
        }
    }

    @Override
    public void publishOpened(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] envelope,
            byte[] content,
            long number,
            Completion<Object> completion) {
        Optional<String> type =
                topic.text().equals(Topics.TELEMETRY) ? Optional.empty() : eventType(topic);
        telemetry.acceptOpened(device, type, packetId, envelope, content, number, completion);
    }

    /** What is sealed is judged before it comes here. */
    @Override
    public boolean mustRecall(AuthenticatedDevice device, byte[] payload) {
        return false;
    }

    @Override
    public boolean keeps(TopicName topic) {
        return eventType(topic).isPresent();
    }

    /** Empty for topics that are neither telemetry nor events; for telemetry, no type. */
    private static Optional<String> eventType(TopicName topic) {
        String text = topic.text();
        if (text.equals(Topics.TELEMETRY)) {
            return Optional.of(RecentReadings.TELEMETRY);
        }
        return text.startsWith(Topics.EVENTS_PREFIX)
                ? Optional.of(text.substring(Topics.EVENTS_PREFIX.length()))
                : Optional.empty();
    }

    @Override
    public void recall(AuthenticatedDevice device, Completion<Recalled> completion) {
        telemetry.recall(
                device,
                new Completion<>() {
                    @Override
                    public void durable(RecentReadings recent) {
                        completion.durable(
                                (topic, packetId, payload) ->
                                        eventType(topic)
                                                .filter(
                                                        type ->
                                                                recent.claim(
                                                                        type, packetId, payload))
                                                .isPresent());
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        completion.failed(cause);
                    }
                });
    }

    @Override
    public void catchUp(AuthenticatedDevice device, Predicate<TopicName> subscribed) {
        if (subscribed.test(DESIRED_STATE)) {
            twins.onSubscribed(device);
        }
        if (subscribed.test(ANY_COMMAND)) {
            commands.onSubscribed(device);
        }
        if (subscribed.test(UPDATE_OFFER)) {
            updates.onSubscribed(device);
        }
    }
}
