/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Those who were told of a release and have not begun. */
final class ToldDevices {

    private static final int PAGE = 1_000;

    private ToldDevices() {}

    /** Rollouts that go on, of a product or of all. */
    static List<RolloutEntry> rollouts(
            RolloutStore store, OrganizationId organization, Optional<ProductId> product) {
        List<RolloutEntry> going = new ArrayList<>();
        Optional<RolloutId> before = Optional.empty();
        List<RolloutEntry> some;
        do {
            some = store.list(organization, product, before, PAGE);
            some.stream().filter(entry -> entry.rollout().state().offers()).forEach(going::add);
            before = some.isEmpty() ? before : Optional.of(some.getLast().id());
        } while (some.size() == PAGE);
        return going;
    }

    /** All of a rollout. */
    static List<DeviceId> of(RolloutStore store, OrganizationId organization, RolloutId id) {
        List<DeviceId> told = new ArrayList<>();
        for (UpdateState state : List.of(UpdateState.OFFERED, UpdateState.ASKING)) {
            int after = -1;
            List<DevicePlace> some;
            do {
                some = store.places(organization, id, Optional.of(state), after, PAGE);
                some.forEach(place -> told.add(place.device()));
                after = some.isEmpty() ? after : some.getLast().position();
            } while (some.size() == PAGE);
        }
        return told;
    }
}
