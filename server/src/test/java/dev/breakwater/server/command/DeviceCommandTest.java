/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class DeviceCommandTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant EXPIRY = NOON.plusSeconds(60);
    private static final CommandReply DONE =
            new CommandReply.Succeeded(JsonMapper.shared().createObjectNode());
    private static final CommandReply NOT_DONE = new CommandReply.Failed("no food");

    /** A way to each state, from a command that was just created. */
    private static final Map<CommandState, UnaryOperator<DeviceCommand>> WAYS =
            Map.of(
                    CommandState.QUEUED, command -> command,
                    CommandState.DELIVERED, command -> command.delivered(NOON).orElseThrow(),
                    CommandState.SUCCEEDED, command -> command.replied(DONE, NOON).orElseThrow(),
                    CommandState.FAILED, command -> command.replied(NOT_DONE, NOON).orElseThrow(),
                    CommandState.TIMED_OUT,
                            command ->
                                    command.delivered(NOON)
                                            .orElseThrow()
                                            .overdue(NOON.plusSeconds(30))
                                            .orElseThrow(),
                    CommandState.EXPIRED, command -> command.overdue(EXPIRY).orElseThrow(),
                    CommandState.DROPPED, command -> command.dropped(NOON).orElseThrow(),
                    CommandState.CANCELLED, command -> command.cancelled(NOON).orElseThrow());

    @ParameterizedTest
    @EnumSource
    void comesToEachState(CommandState state) {
        assertThat(in(state).state()).isEqualTo(state);
        assertThat(in(state).progress().endedAt().isPresent()).isEqualTo(state.ended());
        assertThat(in(state).due().isPresent()).isNotEqualTo(state.ended());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"QUEUED", "DELIVERED"})
    void neverLeavesAFinalState(CommandState state) {
        Instant late = NOON.plus(Duration.ofDays(1));
        DeviceCommand ended = in(state);
        assertThat(
                        List.of(
                                ended.delivered(late),
                                ended.overdue(late),
                                ended.cancelled(late),
                                ended.dropped(late)))
                .allMatch(Optional::isEmpty);
        assertThat(ended.replied(DONE, late).orElse(ended).state()).isEqualTo(state);
        assertThat(ended.replied(DONE, late).orElse(ended).progress().endedAt())
                .isEqualTo(ended.progress().endedAt());
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMED_OUT", "EXPIRED", "DROPPED", "CANCELLED"})
    void keepsOneLateReply(CommandState state) {
        DeviceCommand replied = in(state).replied(NOT_DONE, NOON).orElseThrow();

        assertThat(replied.progress().repliedLate()).isTrue();
        assertThat(replied.replied(DONE, NOON)).isEmpty();
    }

    @Test
    void isDueAtItsExpiryAndOnceDeliveredAtItsDeadline() {
        assertThat(in(CommandState.QUEUED).due()).contains(EXPIRY);
        assertThat(in(CommandState.DELIVERED).due()).contains(NOON.plusSeconds(30));
        assertThat(in(CommandState.QUEUED).overdue(EXPIRY.minusNanos(1))).isEmpty();
        assertThat(in(CommandState.DELIVERED).overdue(NOON.plusSeconds(30).minusNanos(1)))
                .isEmpty();
    }

    @Test
    void isDeliveredAndCancelledOnce() {
        assertThat(in(CommandState.DELIVERED).delivered(NOON)).isEmpty();
        assertThat(in(CommandState.DELIVERED).cancelled(NOON)).isEmpty();
    }

    private static DeviceCommand in(CommandState state) {
        DeviceCommand created =
                new DeviceCommand(
                        CommandId.fresh(),
                        OrganizationId.fresh(),
                        DeviceId.fresh(),
                        new Command("feed", JsonMapper.shared().createObjectNode(), EXPIRY),
                        Duration.ofSeconds(30),
                        "token:t1",
                        NOON,
                        CommandProgress.NONE);
        return Objects.requireNonNull(WAYS.get(state)).apply(created);
    }
}
