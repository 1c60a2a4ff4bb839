/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.UpdateState;
import java.util.Optional;

/**
 * Something that has happened: enough to know what to read anew, and no content, so that a stream
 * never shows what a read would not.
 */
public sealed interface DeviceEvent {

    /** What it is about. */
    EventKind kind();

    /** Whose event it is; empty for what concerns the organization as a whole. */
    Optional<DeviceId> about();

    /**
     * A state has changed.
     *
     * @param reported the version of the reported state, as it stands now
     * @param desired the version of the desired state, as it stands now
     */
    record StateChanged(DeviceId device, long reported, long desired) implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.STATE;
        }

        @Override
        public Optional<DeviceId> about() {
            return Optional.of(device);
        }
    }

    /** A command was created or has gone a step. */
    record CommandChanged(DeviceId device, CommandId command, CommandState state)
            implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.COMMAND;
        }

        @Override
        public Optional<DeviceId> about() {
            return Optional.of(device);
        }
    }

    /** A device has connected, for the first time or in place of its earlier connection. */
    record Connected(DeviceId device) implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.DEVICE;
        }

        @Override
        public Optional<DeviceId> about() {
            return Optional.of(device);
        }
    }

    /** A device is not connected any more. */
    record Disconnected(DeviceId device) implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.DEVICE;
        }

        @Override
        public Optional<DeviceId> about() {
            return Optional.of(device);
        }
    }

    /**
     * An operator, or the server, has given a device another status.
     *
     * @param version the device's, as it stands now
     */
    record StatusChanged(DeviceId device, DeviceStatus status, long version)
            implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.DEVICE;
        }

        @Override
        public Optional<DeviceId> about() {
            return Optional.of(device);
        }
    }

    /**
     * A rollout has gone on, or somebody has stopped all updates or allowed them again.
     *
     * @param rollout its id; empty for all of the organization
     * @param change what has happened, a word of small letters and dashes
     * @param state where it stands now, such a word too; empty where that has not changed
     * @param reason why it is paused, if it is
     */
    record RolloutChanged(
            Optional<RolloutId> rollout,
            String change,
            Optional<String> state,
            Optional<String> reason)
            implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.ROLLOUT;
        }

        @Override
        public Optional<DeviceId> about() {
            return Optional.empty();
        }
    }

    /** A device has come to stand elsewhere in a rollout. */
    record UpdateChanged(DeviceId device, RolloutId rollout, UpdateState state)
            implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.UPDATE;
        }

        @Override
        public Optional<DeviceId> about() {
            return Optional.of(device);
        }
    }

    /**
     * Something odd was found, or somebody has decided about it.
     *
     * @param device whom it concerns, if it concerns a device
     * @param finding its id
     * @param what the kind of finding, a word of small letters and dashes
     * @param state what has become of it, such a word too
     */
    record Found(Optional<DeviceId> device, String finding, String what, String state)
            implements DeviceEvent {

        @Override
        public EventKind kind() {
            return EventKind.FINDING;
        }

        @Override
        public Optional<DeviceId> about() {
            return device;
        }
    }
}
