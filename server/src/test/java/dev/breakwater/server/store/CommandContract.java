/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.command.ReplyOutcome;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The life of a command, whatever database is below. */
abstract class CommandContract extends CommandScene {

    @Test
    void deliversAtOnceAndEndsWithTheReply() throws Exception {
        RecordingSession session = connect(fleet().tank);
        DeviceCommand command = create("feed");

        RecordingSession.Message message = session.next();
        assertThat(message.topic()).isEqualTo(Topics.command(command.id()));
        assertThat(MessageReader.forDevices().command(message.payload().getBytes(UTF_8)))
                .isEqualTo(command.request());
        acknowledge(message, command);
        assertThat(state(command)).isEqualTo(CommandState.DELIVERED);
        assertThat(reply(command, "{\"status\":\"succeeded\",\"result\":{\"portions\":2}}"))
                .isEqualTo(ReplyOutcome.RECORDED);

        DeviceCommand ended = get(command);
        assertThat(ended.state()).isEqualTo(CommandState.SUCCEEDED);
        assertThat(ended.progress().reply())
                .contains(new CommandReply.Succeeded(object("{\"portions\":2}")));
        assertThat(ended.due()).isEmpty();
        assertThat(fleet().audited())
                .containsExactly("command.created", "command.delivered", "command.succeeded");
    }

    @Test
    void keepsTheErrorOfACommandThatFailed() {
        DeviceCommand command = create("feed");

        reply(command, "{\"status\":\"failed\",\"error\":\"the food is used up\"}");

        assertThat(state(command)).isEqualTo(CommandState.FAILED);
        assertThat(get(command).progress().reply())
                .contains(new CommandReply.Failed("the food is used up"));
    }

    @Test
    void waitsForTheDeviceAndDeliversInOrderOfCreation() throws Exception {
        List<DeviceCommand> waiting =
                IntStream.range(0, 25).mapToObj(number -> create("feed")).toList();
        RecordingSession session = connect(fleet().tank);

        commands.onSubscribed(fleet().tank);

        assertThat(session.untaken()).hasSize(Limit.COMMANDS_IN_FLIGHT_PER_DEVICE.byDefault());
        for (DeviceCommand command : waiting) {
            RecordingSession.Message message = session.next();
            assertThat(message.topic()).isEqualTo(Topics.command(command.id()));
            message.outcome().delivered();
        }
    }

    @Test
    void staysQueuedWhileTheDeviceHasNotSubscribed() throws Exception {
        RecordingSession session = new RecordingSession(fleet().tank.id());
        sessions.attach(session);
        DeviceCommand command = create("feed");
        session.subscribe();

        commands.onSubscribed(fleet().tank);

        acknowledge(session.next(), command);
        assertThat(state(command)).isEqualTo(CommandState.DELIVERED);
    }

    @Test
    void deliversAgainWhenTheSessionEndedBeforeTheAcknowledgement() throws Exception {
        RecordingSession first = connect(fleet().tank);
        DeviceCommand command = create("feed");
        RecordingSession.Message lost = first.next();
        RecordingSession second = connect(fleet().tank);
        lost.outcome().undelivered();

        commands.onSubscribed(fleet().tank);

        RecordingSession.Message again = second.next();
        assertThat(again.payload()).isEqualTo(lost.payload());
        acknowledge(again, command);
        assertThat(fleet().audited()).containsExactly("command.created", "command.delivered");
    }

    @Test
    void doesNotDeliverTwiceOverOneSession() throws Exception {
        RecordingSession session = connect(fleet().tank);
        create("feed");
        session.next();

        commands.onSubscribed(fleet().tank);

        assertThat(session.untaken()).isEmpty();
    }

    @Test
    void takesAReplyThatOvertakesTheAcknowledgement() throws Exception {
        RecordingSession session = connect(fleet().tank);
        DeviceCommand command = create("feed");
        RecordingSession.Message message = session.next();

        assertThat(reply(command, "{\"status\":\"succeeded\"}")).isEqualTo(ReplyOutcome.RECORDED);
        message.outcome().delivered();
        DeviceCommand next = create("feed");
        acknowledge(session.next(), next);

        assertThat(state(command)).isEqualTo(CommandState.SUCCEEDED);
        assertThat(get(command).progress().deliveredAt()).contains(Fleet.NOON);
    }

    @Test
    void expiresWhenNobodyCollectsIt() throws Exception {
        commands.start();
        DeviceCommand command = create("feed");

        fleet().clock.advance(LIFETIME);

        assertThat(awaitEnd(command).state()).isEqualTo(CommandState.EXPIRED);
        RecordingSession session = connect(fleet().tank);
        commands.onSubscribed(fleet().tank);
        assertThat(session.untaken()).isEmpty();
        assertThat(fleet().audited()).containsExactly("command.created", "command.expired");
    }

    @Test
    void timesOutAfterDeliveryAndKeepsALateReply() throws Exception {
        commands.start();
        RecordingSession session = connect(fleet().tank);
        DeviceCommand command = create("feed");
        acknowledge(session.next(), command);

        fleet().clock.advance(REPLY_TIMEOUT);

        assertThat(awaitEnd(command).state()).isEqualTo(CommandState.TIMED_OUT);
        assertThat(reply(command, "{\"status\":\"succeeded\"}")).isEqualTo(ReplyOutcome.LATE);
        assertThat(reply(command, "{\"status\":\"succeeded\"}")).isEqualTo(ReplyOutcome.DUPLICATE);
        assertThat(state(command)).isEqualTo(CommandState.TIMED_OUT);
        assertThat(get(command).progress().repliedLate()).isTrue();
        assertThat(fleet().audited())
                .endsWith("command.delivered", "command.timed-out", "command.replied-late");
    }

    @Test
    void doesNotEndACommandBeforeItsTime() {
        DeviceCommand command = create("feed");
        fleet().clock.advance(LIFETIME.minusNanos(1_000));

        store().endOverdue(fleet().clock.instant(), 100);

        assertThat(state(command)).isEqualTo(CommandState.QUEUED);
    }

    @Test
    void goesOnAfterARestartInEveryState() throws Exception {
        RecordingSession session = connect(fleet().tank);
        DeviceCommand delivered = create("feed");
        acknowledge(session.next(), delivered);
        DeviceCommand succeeded = create("feed");
        reply(succeeded, "{\"status\":\"succeeded\"}");
        DeviceCommand onItsWay = create("set-light");
        session.close(FarewellReason.SERVER_STOPPING);
        sessions.detach(session);
        DeviceCommand cancelled = create("feed");
        commands.cancel(fleet().organization, cancelled.id(), OPERATOR);
        restart();

        RecordingSession after = connect(fleet().tank);
        commands.onSubscribed(fleet().tank);
        RecordingSession.Message message = after.next();
        assertThat(message.topic()).isEqualTo(Topics.command(onItsWay.id()));
        assertThat(after.untaken()).isEmpty();
        fleet().clock.advance(REPLY_TIMEOUT);
        commands.start();

        assertThat(awaitEnd(delivered).state()).isEqualTo(CommandState.TIMED_OUT);
        acknowledge(message, onItsWay);
        assertThat(state(onItsWay)).isEqualTo(CommandState.DELIVERED);
        assertThat(state(succeeded)).isEqualTo(CommandState.SUCCEEDED);
        assertThat(state(cancelled)).isEqualTo(CommandState.CANCELLED);
    }

    @Test
    void dropsTheOpenCommandsOfADeviceInTheTransactionThatRevokesIt() throws Exception {
        RecordingSession session = connect(fleet().tank);
        DeviceCommand delivered = create("feed");
        acknowledge(session.next(), delivered);
        sessions.detach(session);
        DeviceCommand queued = create("feed");
        DeviceCommand foreign = create(fleet().addDevice().id(), "feed");
        CompletableFuture<DeviceCommand> waiting = new CompletableFuture<>();
        Thread waiter =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        waiting.complete(awaitEnd(queued));
                                    } catch (InterruptedException impossible) {
                                        waiting.completeExceptionally(impossible);
                                    }
                                });

        revoke(fleet().tank.id());
        do {
            commands.onRevoked(fleet().organization);
        } while (!waiter.join(Duration.ofMillis(10)));

        assertThat(waiting.join().state()).isEqualTo(CommandState.DROPPED);
        assertThat(state(delivered)).isEqualTo(CommandState.DROPPED);
        assertThat(state(foreign)).isEqualTo(CommandState.QUEUED);
        assertThat(fleet().audited())
                .endsWith("command.dropped", "command.dropped", "device.revoked");
        assertThat(commands.create(fleet().organization, fleet().tank.id(), feed(), OPERATOR))
                .isInstanceOf(CommandCreation.DeviceRevoked.class);
    }
}
