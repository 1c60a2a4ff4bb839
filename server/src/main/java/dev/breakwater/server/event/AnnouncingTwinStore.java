/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.twin.Twin;
import dev.breakwater.server.twin.TwinChange;
import dev.breakwater.server.twin.TwinEdit;
import dev.breakwater.server.twin.TwinStore;
import java.util.Optional;

/** Tells of every change of a twin once it is durable: there is no way to make one without. */
public final class AnnouncingTwinStore implements TwinStore {

    private final TwinStore store;
    private final EventFeed events;

    /** Stands before a store. */
    public AnnouncingTwinStore(TwinStore store, EventFeed events) {
        this.store = store;
        this.events = events;
    }

    @Override
    public Optional<Twin> find(OrganizationId organization, DeviceId device) {
        return store.find(organization, device);
    }

    @Override
    public TwinChange change(OrganizationId organization, DeviceId device, TwinEdit edit) {
        TwinChange change = store.change(organization, device, edit);
        announce(organization, device, change);
        return change;
    }

    @Override
    public void submit(
            OrganizationId organization,
            DeviceId device,
            TwinEdit edit,
            Completion<? super TwinChange> completion) {
        store.submit(organization, device, edit, new Announced(organization, device, completion));
    }

    private void announce(OrganizationId organization, DeviceId device, TwinChange change) {
        if (change instanceof TwinChange.Changed(Twin twin)) {
            events.publish(
                    organization,
                    new DeviceEvent.StateChanged(
                            device, twin.reported().version(), twin.desired().version()));
        }
    }

    /** The sender is told first, as if nobody listened. */
    private final class Announced implements Completion<TwinChange> {

        private final OrganizationId organization;
        private final DeviceId device;
        private final Completion<? super TwinChange> sender;

        Announced(
                OrganizationId organization,
                DeviceId device,
                Completion<? super TwinChange> sender) {
            this.organization = organization;
            this.device = device;
            this.sender = sender;
        }

        @Override
        public void durable(TwinChange change) {
            sender.durable(change);
            announce(organization, device, change);
        }

        @Override
        public void failed(RuntimeException cause) {
            sender.failed(cause);
        }
    }
}
