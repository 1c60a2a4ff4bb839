/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.event.EventCursor.News;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.twin.StateDocument;
import dev.breakwater.server.twin.Twin;
import dev.breakwater.server.twin.TwinChange;
import dev.breakwater.server.twin.TwinEdit;
import dev.breakwater.server.twin.TwinStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class AnnouncingTwinStoreTest {

    private static final Twin TWIN =
            new Twin(
                    new StateDocument(4, JsonNodeFactory.instance.objectNode(), Optional.empty()),
                    new StateDocument(2, JsonNodeFactory.instance.objectNode(), Optional.empty()));

    private final EventFeed feed = new EventFeed(Limits.defaults(), System::nanoTime);
    private final OrganizationId reef = OrganizationId.fresh();
    private final DeviceId device = DeviceId.fresh();
    private final EventCursor cursor =
            ((Listening.Begun)
                            feed.listen(
                                    reef,
                                    new Actor.Person("kim"),
                                    Optional.empty(),
                                    Optional.empty()))
                    .cursor();
    private final HeldStore held = new HeldStore();
    private final AnnouncingTwinStore store = new AnnouncingTwinStore(held, feed);
    private final List<String> told = new ArrayList<>();

    /** What is submitted is durable when the test says so. */
    private static final class HeldStore implements TwinStore {

        private final List<Completion<? super TwinChange>> completions = new ArrayList<>();
        private TwinChange next = new TwinChange.Changed(TWIN);

        @Override
        public Optional<Twin> find(OrganizationId organization, DeviceId device) {
            return Optional.of(TWIN);
        }

        @Override
        public TwinChange change(OrganizationId organization, DeviceId device, TwinEdit edit) {
            return next;
        }

        @Override
        public void submit(
                OrganizationId organization,
                DeviceId device,
                TwinEdit edit,
                Completion<? super TwinChange> completion) {
            completions.add(completion);
        }
    }

    /** An edit whose outcome the store of this test decides. */
    private record AnyEdit() implements TwinEdit {

        @Override
        public TwinChange decide(Twin before) {
            return new TwinChange.Unchanged(before);
        }

        @Override
        public Optional<AuditEvent> event(Twin after) {
            return Optional.empty();
        }
    }

    private void submit() {
        store.submit(
                reef,
                device,
                new AnyEdit(),
                new Completion<TwinChange>() {
                    @Override
                    public void durable(TwinChange change) {
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

    private News.Events changed(long number) {
        return new News.Events(number, List.of(new DeviceEvent.StateChanged(device, 4, 2)));
    }

    @Test
    void tellsOfAReportOnceItIsDurableAndNotBefore() throws Exception {
        submit();
        assertThat(news()).isEqualTo(new News.Nothing());

        held.completions.getFirst().durable(new TwinChange.Changed(TWIN));
        assertThat(told).containsExactly("durable");
        assertThat(news()).isEqualTo(changed(1));
    }

    @Test
    void tellsNothingOfAReportThatFailedOrChangedNothing() throws Exception {
        submit();
        submit();
        held.completions.getFirst().failed(new StorageUnavailable("the test says so"));
        held.completions.getLast().durable(new TwinChange.Unchanged(TWIN));

        assertThat(told).containsExactly("failed", "durable");
        assertThat(news()).isEqualTo(new News.Nothing());
    }

    @Test
    void tellsOfAChangeAndNotOfOneThatWasRefused() throws Exception {
        held.next = new TwinChange.VersionMismatch(TWIN);
        store.change(reef, device, new AnyEdit());
        assertThat(news()).isEqualTo(new News.Nothing());

        held.next = new TwinChange.Changed(TWIN);
        store.change(reef, device, new AnyEdit());
        assertThat(news()).isEqualTo(changed(1));
    }
}
