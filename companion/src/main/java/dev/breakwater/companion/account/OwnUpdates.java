/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.DeviceId;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The updates of the owner's devices, and what the owner says to them. Only who owns a device may,
 * not those it is shared with. An answer names the update that the owner was shown: another one
 * that was offered meanwhile is not approved by it. Blocks, as {@link Account} says.
 */
public final class OwnUpdates {

    private final Asking asking;

    OwnUpdates(Asking asking) {
        this.asking = asking;
    }

    /** The update that a device is asked about or has in work, or else the last; empty if none. */
    public Outcome<Optional<OwnUpdate>> of(DeviceId device)
            throws IOException, InterruptedException {
        return asking.ask(
                Call.get("me", "devices", device.toString(), "update"),
                answer -> OwnUpdate.of(device, answer));
    }

    /**
     * The device is to install what was shown, now or when it comes back; also what was put off or
     * refused before.
     *
     * @return the update as it stands then
     */
    public Outcome<OwnUpdate> approve(OwnUpdate shown) throws IOException, InterruptedException {
        return answer(shown, "approval", named(shown));
    }

    /**
     * The device is to ask again at that time.
     *
     * @param until not after {@link OwnUpdate#postponableUntil}, or the server refuses and says how
     *     long is possible
     */
    public Outcome<OwnUpdate> postpone(OwnUpdate shown, Instant until)
            throws IOException, InterruptedException {
        return answer(shown, "postponement", named(shown).put("until", until.toString()));
    }

    /** The device is not to install what was shown. */
    public Outcome<OwnUpdate> refuse(OwnUpdate shown) throws IOException, InterruptedException {
        return answer(shown, "refusal", named(shown));
    }

    private static ObjectNode named(OwnUpdate shown) {
        return JsonNodeFactory.instance.objectNode().put("rollout", shown.rollout());
    }

    private Outcome<OwnUpdate> answer(OwnUpdate shown, String what, ObjectNode body)
            throws IOException, InterruptedException {
        return asking.ask(
                Call.post("me", "devices", shown.device().toString(), "update", what).with(body),
                answer -> OwnUpdate.read(shown.device(), answer));
    }
}
