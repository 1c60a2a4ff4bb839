/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.release.ReleaseHash;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What devices and their rollouts say to each other over the channel. */
public final class DeviceOffers {

    private final RolloutStore store;
    private final Orchestrator orchestrator;
    private final Clock clock;

    DeviceOffers(RolloutStore store, Orchestrator orchestrator, Clock clock) {
        this.store = store;
        this.orchestrator = orchestrator;
        this.clock = clock;
    }

    /** To be called when a device has subscribed to its offers. Blocks. */
    public void onSubscribed(AuthenticatedDevice device) {
        orchestrator.subscribed(device.organization(), device.id());
    }

    /**
     * Takes a payload of {@code me/update/status}. Never blocks.
     *
     * @param completion told when what follows from it is durable, or {@link MessageRefused} if it
     *     is malformed, speaks of a rollout in which the device has no place, leads nowhere from
     *     where the device stands, or contradicts the release; then nothing has changed
     */
    public void status(AuthenticatedDevice device, byte[] payload, Completion<Object> completion) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        try {
            switch (UpdateStatus.parse(payload)) {
                case UpdateStatus.Progress said -> progress(device, said, now, completion);
                case UpdateStatus.Running said -> running(device, said, now, completion);
            }
        } catch (MalformedMessage malformed) {
            completion.failed(refused(String.valueOf(malformed.getMessage())));
        }
    }

    private void progress(
            AuthenticatedDevice device,
            UpdateStatus.Progress said,
            Instant now,
            Completion<Object> completion) {
        store.submit(
                device.organization(),
                new RolloutId(said.rollout()),
                device.id(),
                StatusSteps.progress(said, now),
                now,
                new Taken(completion) {
                    @Override
                    void unchanged(DevicePlace place) {
                        StatusSteps.refusal(said, place.update())
                                .ifPresentOrElse(
                                        why -> completion.failed(refused(why)),
                                        () -> completion.durable(place));
                    }

                    @Override
                    void noPlace() {
                        // The same for another device's rollout as for none.
                        completion.failed(refused("the device has no place in such a rollout"));
                    }
                });
    }

    private void running(
            AuthenticatedDevice device,
            UpdateStatus.Running said,
            Instant now,
            Completion<Object> completion) {
        RunningFirmware running =
                new RunningFirmware(
                        said.sha256().map(ReleaseHash::new),
                        said.version().text(),
                        said.counter(),
                        said.hardware(),
                        said.healthy(),
                        now);
        store.submitRunning(
                device.organization(),
                device.id(),
                new RunningStep(running),
                new Taken(completion) {
                    @Override
                    void unchanged(DevicePlace place) {
                        completion.durable(running);
                    }

                    @Override
                    void noPlace() {
                        completion.durable(running);
                    }
                });
    }

    private static MessageRefused refused(String why) {
        return new MessageRefused(RefusalReason.PAYLOAD_REFUSED, why);
    }

    /** Turns what became of a step into what the channel asks for. */
    private abstract class Taken implements Completion<PlaceChange> {

        private final Completion<Object> completion;

        Taken(Completion<Object> completion) {
            this.completion = completion;
        }

        abstract void unchanged(DevicePlace place);

        abstract void noPlace();

        @Override
        public void durable(PlaceChange change) {
            switch (change) {
                case PlaceChange.Changed changed -> {
                    orchestrator.stepped(changed);
                    completion.durable(changed);
                }
                case PlaceChange.Unchanged(_, DevicePlace place) -> unchanged(place);
                case PlaceChange.Contradicted(String why) -> completion.failed(refused(why));
                case PlaceChange.NoSuchPlace() -> noPlace();
            }
        }

        @Override
        public void failed(RuntimeException cause) {
            completion.failed(cause);
        }
    }
}
