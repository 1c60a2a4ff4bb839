/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.command.CommandChange;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandProgress;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.CommandStep;
import dev.breakwater.server.command.CommandStore;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.event.EventCursor.News;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class AnnouncingCommandStoreTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final CommandStep STEP = CommandStep.overdue(NOON);

    private final EventFeed feed = new EventFeed(Limits.defaults(), System::nanoTime);
    private final OrganizationId reef = OrganizationId.fresh();
    private final DeviceId device = DeviceId.fresh();
    private final CommandId id = CommandId.fresh();
    private final EventCursor cursor =
            ((Listening.Begun)
                            feed.listen(
                                    reef,
                                    new Actor.Person("kim"),
                                    Optional.empty(),
                                    Optional.empty()))
                    .cursor();
    private final HeldStore held = new HeldStore();
    private final AnnouncingCommandStore store = new AnnouncingCommandStore(held, feed);
    private final List<String> told = new ArrayList<>();

    private DeviceCommand command(CommandState state) {
        return new DeviceCommand(
                id,
                reef,
                device,
                new Command("feed", JsonNodeFactory.instance.objectNode(), NOON),
                Duration.ofSeconds(30),
                "kim",
                NOON,
                new CommandProgress(
                        state,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    /** Does what the test says, and what is submitted is durable when the test says so. */
    private final class HeldStore implements CommandStore {

        private final List<Completion<? super CommandChange>> completions = new ArrayList<>();
        private CommandChange next = new CommandChange.NoSuchCommand();

        @Override
        public CommandCreation create(
                OrganizationId organization, DeviceCommand command, int openMax, AuditEvent event) {
            return openMax == 0
                    ? new CommandCreation.QueueFull(openMax)
                    : new CommandCreation.Created(command);
        }

        @Override
        public Optional<DeviceCommand> find(OrganizationId organization, CommandId sought) {
            return Optional.empty();
        }

        @Override
        public List<DeviceCommand> ofDevice(
                OrganizationId organization,
                DeviceId sought,
                Optional<CommandId> before,
                int countMax) {
            return List.of();
        }

        @Override
        public List<DeviceCommand> queued(
                OrganizationId organization, DeviceId sought, int countMax) {
            return List.of();
        }

        @Override
        public CommandChange change(OrganizationId organization, CommandId sought, CommandStep s) {
            return next;
        }

        @Override
        public void submit(
                OrganizationId organization,
                CommandId sought,
                CommandStep step,
                Completion<? super CommandChange> completion) {
            completions.add(completion);
        }

        @Override
        @Unscoped("a test has one organization")
        public List<DeviceCommand> endOverdue(Instant now, int countMax) {
            return List.of(command(CommandState.EXPIRED));
        }

        @Override
        @Unscoped("a test has one organization")
        public Optional<Instant> nextDue() {
            return Optional.empty();
        }
    }

    private void submit() {
        store.submit(
                reef,
                id,
                STEP,
                new Completion<CommandChange>() {
                    @Override
                    public void durable(CommandChange change) {
                        told.add("durable");
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        told.add("failed");
                    }
                });
    }

    private News news() throws InterruptedException {
        return cursor.await(Duration.ZERO);
    }

    private News.Events changed(CommandState state) {
        return new News.Events(1, List.of(new DeviceEvent.CommandChanged(device, id, state)));
    }

    @Test
    void tellsOfACommandThatWasCreatedAndNotOfOneThatWasRefused() throws Exception {
        DeviceCommand queued = command(CommandState.QUEUED);
        AuditEvent event = CommandStep.event(queued, new Actor.Person("kim"));
        store.create(reef, queued, 0, event);
        assertThat(news()).isEqualTo(new News.Nothing());
        store.create(reef, queued, 1, event);
        assertThat(news()).isEqualTo(changed(CommandState.QUEUED));
    }

    @Test
    void tellsOfAStepThatWasMadeAndNotOfOneThatWasNot() throws Exception {
        held.next = new CommandChange.Unchanged(command(CommandState.QUEUED));
        store.change(reef, id, STEP);
        assertThat(news()).isEqualTo(new News.Nothing());
        held.next = new CommandChange.Changed(command(CommandState.CANCELLED));
        store.change(reef, id, STEP);
        assertThat(news()).isEqualTo(changed(CommandState.CANCELLED));
    }

    @Test
    void tellsOfADevicesStepOnceItIsDurableAndNotBefore() throws Exception {
        submit();
        submit();
        assertThat(news()).isEqualTo(new News.Nothing());
        held.completions.getFirst().failed(new StorageUnavailable("the test says so"));
        assertThat(news()).isEqualTo(new News.Nothing());
        held.completions
                .getLast()
                .durable(new CommandChange.Changed(command(CommandState.SUCCEEDED)));
        assertThat(told).containsExactly("failed", "durable");
        assertThat(news()).isEqualTo(changed(CommandState.SUCCEEDED));
    }

    @Test
    void tellsOfCommandsWhoseTimeHasCome() throws Exception {
        assertThat(store.endOverdue(NOON, 10)).hasSize(1);
        assertThat(news()).isEqualTo(changed(CommandState.EXPIRED));
    }
}
