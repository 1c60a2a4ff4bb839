/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.server.command.CommandChange;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.command.NewCommand;
import dev.breakwater.server.command.ReplyOutcome;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.RecordingSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What commands refuse, and to whom they are shown, whatever database is below. */
abstract class CommandBoundsContract extends CommandScene {

    @Test
    void acknowledgesASecondReplyAndKeepsTheFirst() {
        DeviceCommand command = create("feed");
        reply(command, "{\"status\":\"succeeded\"}");

        assertThat(reply(command, "{\"status\":\"failed\",\"error\":\"no\"}"))
                .isEqualTo(ReplyOutcome.DUPLICATE);
        assertThat(state(command)).isEqualTo(CommandState.SUCCEEDED);
        assertThat(fleet().audited()).containsExactly("command.created", "command.succeeded");
    }

    @Test
    void refusesAReplyOfAnotherDeviceLikeOneToNoCommand() {
        DeviceCommand command = create("feed");
        AuthenticatedDevice neighbor = fleet().addDevice();
        AuthenticatedDevice stranger = new Fleet(fleet().database).tank;

        for (AuthenticatedDevice other : List.of(neighbor, stranger)) {
            assertThatThrownBy(() -> reply(other, command.id(), "{\"status\":\"succeeded\"}"))
                    .isInstanceOfSatisfying(
                            MessageRefused.class,
                            refused ->
                                    assertThat(refused.reason())
                                            .isEqualTo(RefusalReason.TOPIC_REFUSED))
                    .hasMessage("the device has no command with this id");
        }
        assertThatThrownBy(() -> reply(neighbor, CommandId.fresh(), "{\"status\":\"succeeded\"}"))
                .hasMessage("the device has no command with this id");
        assertThat(state(command)).isEqualTo(CommandState.QUEUED);
    }

    @Test
    void refusesAMalformedReply() {
        DeviceCommand command = create("feed");

        for (String payload :
                List.of("", "{}", "{\"status\":\"done\"}", "{\"status\":\"succeeded\",\"x\":1}")) {
            assertThatThrownBy(() -> reply(command, payload)).isInstanceOf(MessageRefused.class);
        }
        assertThat(state(command)).isEqualTo(CommandState.QUEUED);
    }

    @Test
    void cancelsOnlyWhatTheDeviceHasNotTaken() throws Exception {
        DeviceCommand queued = create("feed");
        assertThat(commands.cancel(fleet().organization, queued.id(), OPERATOR))
                .isInstanceOf(CommandChange.Changed.class);
        RecordingSession session = connect(fleet().tank);
        DeviceCommand taken = create("feed");
        acknowledge(session.next(), taken);

        assertThat(commands.cancel(fleet().organization, taken.id(), OPERATOR))
                .isInstanceOf(CommandChange.Unchanged.class);
        assertThat(state(queued)).isEqualTo(CommandState.CANCELLED);
        assertThat(state(taken)).isEqualTo(CommandState.DELIVERED);
    }

    @Test
    void refusesMoreCommandsThanMayWait() {
        restart(Limits.with(Map.of(Limit.COMMANDS_QUEUED_PER_DEVICE, 2)));
        DeviceCommand first = create("feed");
        create("feed");

        assertThat(commands.create(fleet().organization, fleet().tank.id(), feed(), OPERATOR))
                .isEqualTo(new CommandCreation.QueueFull(2));
        commands.cancel(fleet().organization, first.id(), OPERATOR);
        create("feed");
    }

    @Test
    void refusesWhatNoDeviceWouldTake() {
        ObjectNode large = object("{}").put("a", "x".repeat(65_281));
        for (NewCommand bad :
                List.of(
                        new NewCommand("Feed", object("{}"), REPLY_TIMEOUT, LIFETIME),
                        new NewCommand("feed", large, REPLY_TIMEOUT, LIFETIME),
                        new NewCommand("feed", nested(32), REPLY_TIMEOUT, LIFETIME),
                        new NewCommand("feed", object("{}"), Duration.ZERO, LIFETIME),
                        new NewCommand("feed", object("{}"), REPLY_TIMEOUT, Duration.ofDays(8)))) {
            assertThat(commands.create(fleet().organization, fleet().tank.id(), bad, OPERATOR))
                    .isInstanceOf(CommandCreation.Refused.class);
        }
        assertThat(fleet().audited()).isEmpty();
    }

    /** As deep as may be: a device's reader must take the message that wraps the arguments. */
    @Test
    void sendsNoArgumentsThatADeviceCouldNotRead() throws Exception {
        RecordingSession session = connect(fleet().tank);
        NewCommand deepest = new NewCommand("feed", nested(31), REPLY_TIMEOUT, LIFETIME);

        assertThat(commands.create(fleet().organization, fleet().tank.id(), deepest, OPERATOR))
                .isInstanceOf(CommandCreation.Created.class);

        byte[] payload = session.next().payload().getBytes(UTF_8);
        assertThat(MessageReader.forDevices().command(payload).arguments()).isEqualTo(nested(31));
    }

    @Test
    void showsAndChangesNothingOfAnotherOrganization() {
        DeviceCommand command = create("feed");
        OrganizationId stranger = OrganizationId.fresh();

        assertThat(commands.get(stranger, command.device(), command.id())).isEmpty();
        assertThat(commands.cancel(stranger, command.id(), OPERATOR))
                .isInstanceOf(CommandChange.NoSuchCommand.class);
        assertThat(commands.ofDevice(stranger, fleet().tank.id(), Optional.empty(), 10)).isEmpty();
        assertThat(commands.create(stranger, fleet().tank.id(), feed(), OPERATOR))
                .isInstanceOf(CommandCreation.NoSuchDevice.class);
    }

    @Test
    void showsACommandUnderItsOwnDeviceOnlyAndLetsNobodyWaitUnderAnother() throws Exception {
        DeviceCommand command = create("feed");
        OrganizationId own = fleet().organization;
        DeviceId other = fleet().addDevice().id();

        assertThat(commands.get(own, command.device(), command.id())).isPresent();
        assertThat(commands.get(own, other, command.id())).isEmpty();
        assertThat(commands.awaitEnd(own, other, command.id(), LONG)).isEmpty();
    }

    @Test
    void listsTheDevicesCommandsNewestFirstPageByPage() {
        DeviceCommand oldest = create("feed");
        DeviceCommand middle = create("feed");
        DeviceCommand newest = create("feed");
        OrganizationId own = fleet().organization;

        assertThat(commands.ofDevice(own, fleet().tank.id(), Optional.empty(), 2))
                .containsExactly(newest, middle);
        assertThat(commands.ofDevice(own, fleet().tank.id(), Optional.of(middle.id()), 2))
                .containsExactly(oldest);
    }

    @Test
    void answersAtOnceWhenAsManyAsMayWaitDo() throws Exception {
        restart(Limits.with(Map.of(Limit.COMMAND_WAITERS, 1)));
        DeviceCommand command = create("feed");
        CompletableFuture<Optional<DeviceCommand>> patient = new CompletableFuture<>();
        Thread waiter =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        patient.complete(
                                                commands.awaitEnd(
                                                        fleet().organization,
                                                        command.device(),
                                                        command.id(),
                                                        LONG));
                                    } catch (InterruptedException impossible) {
                                        patient.completeExceptionally(impossible);
                                    }
                                });
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        assertThat(commands.awaitEnd(fleet().organization, command.device(), command.id(), LONG))
                .hasValueSatisfying(now -> assertThat(now.state()).isEqualTo(CommandState.QUEUED));
        commands.cancel(fleet().organization, command.id(), OPERATOR);
        assertThat(patient.join())
                .hasValueSatisfying(
                        end -> assertThat(end.state()).isEqualTo(CommandState.CANCELLED));
    }
}
