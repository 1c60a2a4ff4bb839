/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where commands are kept. What changes something is durable, with its audit entry, when it returns
 * or when the completion is called.
 */
public interface CommandStore {

    /**
     * Stores a new command.
     *
     * @param openMax refused if as many of the device's commands have not ended yet
     */
    CommandCreation create(
            OrganizationId organization, DeviceCommand command, int openMax, AuditEvent event);

    /** One command. */
    Optional<DeviceCommand> find(OrganizationId organization, CommandId id);

    /** The device's commands, newest first, older than {@code before}. */
    List<DeviceCommand> ofDevice(
            OrganizationId organization, DeviceId device, Optional<CommandId> before, int countMax);

    /** The device's commands that wait to be delivered, in order of creation. */
    List<DeviceCommand> queued(OrganizationId organization, DeviceId device, int countMax);

    /** Makes a step. Blocks. */
    CommandChange change(OrganizationId organization, CommandId id, CommandStep step);

    /** Makes a step without waiting. */
    void submit(
            OrganizationId organization,
            CommandId id,
            CommandStep step,
            Completion<? super CommandChange> completion);

    /**
     * Ends commands whose time has come.
     *
     * @return those that it ended, at most {@code countMax}
     */
    @Unscoped("time passes for all organizations")
    List<DeviceCommand> endOverdue(Instant now, int countMax);

    /** When the next command's time comes. */
    @Unscoped("time passes for all organizations")
    Optional<Instant> nextDue();
}
