/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One command to one device, and the only place that knows how it goes on:
 *
 * <pre>
 * queued ──acknowledged──▶ delivered ──replied──▶ succeeded | failed
 *   ├──replied (the reply overtook the acknowledgement)──▶ succeeded | failed
 *   ├──cancelled──▶ cancelled   delivered ──deadline──▶ timed-out
 *   ├──expiry──▶ expired        queued, delivered ──device revoked──▶ dropped
 * </pre>
 *
 * <p>A step that is not possible from where the command stands gives an empty result, so that each
 * is made at most once. What is stored first wins: a reply that arrives after the deadline but
 * before the server noted it still counts.
 *
 * @param request what is sent to the device
 * @param replyTimeout how long after its delivery the device may take to reply
 * @param createdBy the text of an {@link dev.breakwater.server.audit.Actor}
 */
public record DeviceCommand(
        CommandId id,
        OrganizationId organization,
        DeviceId device,
        Command request,
        Duration replyTimeout,
        String createdBy,
        Instant createdAt,
        CommandProgress progress) {

    /** How far it has come. */
    public CommandState state() {
        return progress.state();
    }

    /** When the server must act if the device does not; empty once the command has ended. */
    public Optional<Instant> due() {
        return switch (state()) {
            case QUEUED -> Optional.of(request.expiresAt());
            case DELIVERED -> progress.deliveredAt().map(at -> at.plus(replyTimeout));
            case SUCCEEDED, FAILED, TIMED_OUT, EXPIRED, DROPPED, CANCELLED -> Optional.empty();
        };
    }

    /** The device has acknowledged it. */
    public Optional<DeviceCommand> delivered(Instant at) {
        return state() == CommandState.QUEUED
                ? Optional.of(with(progress.delivered(at)))
                : Optional.empty();
    }

    /**
     * The device has replied. A reply to a command that has ended without one is kept, and changes
     * nothing else; a second reply is not kept.
     */
    public Optional<DeviceCommand> replied(CommandReply reply, Instant at) {
        if (progress.reply().isPresent()) {
            return Optional.empty();
        }
        if (state().ended()) {
            return Optional.of(with(progress.replied(reply, at)));
        }
        CommandState end =
                switch (reply) {
                    case CommandReply.Succeeded _ -> CommandState.SUCCEEDED;
                    case CommandReply.Failed _ -> CommandState.FAILED;
                };
        // Whoever replies has got the command, even if its acknowledgement is still on its way.
        CommandProgress taken = state() == CommandState.QUEUED ? progress.delivered(at) : progress;
        return Optional.of(with(taken.replied(reply, at).ended(end, at)));
    }

    /** The time is {@code now}, and nobody did anything. */
    public Optional<DeviceCommand> overdue(Instant now) {
        if (due().isEmpty() || now.isBefore(due().get())) {
            return Optional.empty();
        }
        CommandState end =
                state() == CommandState.QUEUED ? CommandState.EXPIRED : CommandState.TIMED_OUT;
        return Optional.of(with(progress.ended(end, now)));
    }

    /** Somebody withdraws it. Once delivered it cannot be withdrawn. */
    public Optional<DeviceCommand> cancelled(Instant at) {
        return state() == CommandState.QUEUED
                ? Optional.of(with(progress.ended(CommandState.CANCELLED, at)))
                : Optional.empty();
    }

    /** Its device is revoked: it will neither take the command nor reply. */
    public Optional<DeviceCommand> dropped(Instant at) {
        return state().ended()
                ? Optional.empty()
                : Optional.of(with(progress.ended(CommandState.DROPPED, at)));
    }

    private DeviceCommand with(CommandProgress next) {
        return new DeviceCommand(
                id, organization, device, request, replyTimeout, createdBy, createdAt, next);
    }
}
