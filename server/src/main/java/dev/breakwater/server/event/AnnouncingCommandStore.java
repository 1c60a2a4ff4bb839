/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.command.CommandChange;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandStep;
import dev.breakwater.server.command.CommandStore;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells of every step of a command once it is durable. The commands of a device that is revoked are
 * dropped within its revocation, by the store itself; of them the device's own event tells.
 */
public final class AnnouncingCommandStore implements CommandStore {

    private final CommandStore store;
    private final EventFeed events;

    /** Stands before a store. */
    public AnnouncingCommandStore(CommandStore store, EventFeed events) {
        this.store = store;
        this.events = events;
    }

    @Override
    public CommandCreation create(
            OrganizationId organization, DeviceCommand command, int openMax, AuditEvent event) {
        CommandCreation outcome = store.create(organization, command, openMax, event);
        if (outcome instanceof CommandCreation.Created(DeviceCommand created)) {
            announce(created);
        }
        return outcome;
    }

    @Override
    public Optional<DeviceCommand> find(OrganizationId organization, CommandId id) {
        return store.find(organization, id);
    }

    @Override
    public List<DeviceCommand> ofDevice(
            OrganizationId organization,
            DeviceId device,
            Optional<CommandId> before,
            int countMax) {
        return store.ofDevice(organization, device, before, countMax);
    }

    @Override
    public List<DeviceCommand> queued(OrganizationId organization, DeviceId device, int countMax) {
        return store.queued(organization, device, countMax);
    }

    @Override
    public CommandChange change(OrganizationId organization, CommandId id, CommandStep step) {
        CommandChange change = store.change(organization, id, step);
        announce(change);
        return change;
    }

    @Override
    public void submit(
            OrganizationId organization,
            CommandId id,
            CommandStep step,
            Completion<? super CommandChange> completion) {
        store.submit(organization, id, step, new Announced(completion));
    }

    @Override
    @Unscoped("time passes for all organizations")
    public List<DeviceCommand> endOverdue(Instant now, int countMax) {
        List<DeviceCommand> ended = store.endOverdue(now, countMax);
        ended.forEach(this::announce);
        return ended;
    }

    @Override
    @Unscoped("time passes for all organizations")
    public Optional<Instant> nextDue() {
        return store.nextDue();
    }

    private void announce(CommandChange change) {
        if (change instanceof CommandChange.Changed(DeviceCommand command)) {
            announce(command);
        }
    }

    private void announce(DeviceCommand command) {
        events.publish(
                command.organization(),
                new DeviceEvent.CommandChanged(command.device(), command.id(), command.state()));
    }

    /** The sender is told first, as if nobody listened. */
    private final class Announced implements Completion<CommandChange> {

        private final Completion<? super CommandChange> sender;

        Announced(Completion<? super CommandChange> sender) {
            this.sender = sender;
        }

        @Override
        public void durable(CommandChange change) {
            sender.durable(change);
            announce(change);
        }

        @Override
        public void failed(RuntimeException cause) {
            sender.failed(cause);
        }
    }
}
