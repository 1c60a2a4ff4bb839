/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.server.api.page.LabelCheckPage;
import dev.breakwater.server.api.page.OwnersPage;
import dev.breakwater.server.guidance.ProductGuidance;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.ownership.Disposals;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Pages for owners and buyers, who have no account here. Their addresses are printed on products
 * and outlive the API's version, so they are not below it.
 */
final class OwnerPageOperations {

    /** They change rarely, and whoever has one asks again for nothing but its status. */
    private static final String KEPT_FIVE_MINUTES = "public, max-age=300";

    private final ProductGuidance guidance;
    private final Disposals disposals;
    private final Clock clock;
    private final byte[] question = LabelCheckPage.empty();

    OwnerPageOperations(ProductGuidance guidance, Disposals disposals, Clock clock) {
        this.guidance = guidance;
        this.disposals = disposals;
        this.clock = clock;
    }

    void register(Handlers handlers) {
        handlers.open("getOwnersGuide", this::guide)
                .open("getLabelCheck", call -> kept(question, LabelCheckPage.policy()))
                .open("checkLabel", this::check);
    }

    /**
     * A product without guidance and no product at all look the same, the tag included: anybody may
     * ask, and nobody learns which products there are.
     */
    private Reply guide(Call call) {
        ProductId id = call.id("productId", ProductId::parse);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        byte[] page = OwnersPage.of(guidance.published(id).guidance(), today);
        return kept(page, OwnersPage.policy());
    }

    private static Reply kept(byte[] page, String policy) {
        // The digest in the tag is of all that is shown; a version would say more than the page.
        return Reply.bytes("text/html", page)
                .with("Content-Security-Policy", policy)
                .with("Cache-Control", KEPT_FIVE_MINUTES)
                .etag(0);
    }

    /** What is on a label, as far as it matters here; its passphrase goes no further. */
    private record Asked(DeviceSerial serial, SetupKeyHash key) {}

    private Reply check(Call call) {
        Optional<Asked> asked = asked(call);
        if (asked.isEmpty()) {
            return answer(422, LabelCheckPage.noLabel());
        }
        return disposals
                .standing(asked.get().serial(), asked.get().key())
                .map(standing -> answer(200, LabelCheckPage.of(standing)))
                .orElseGet(() -> answer(404, LabelCheckPage.unknown()));
    }

    private static Optional<Asked> asked(Call call) {
        String label = call.text("label").strip();
        try {
            if (label.isEmpty()) {
                return Optional.of(
                        new Asked(
                                new DeviceSerial(call.text("serial").strip()),
                                new SetupKeyHash(call.text("key").strip())));
            }
            SetupLabel read = SetupLabel.parse(label);
            return Optional.of(new Asked(read.serial(), read.key()));
        } catch (IllegalArgumentException noLabel) {
            return Optional.empty();
        }
    }

    private static Reply answer(int status, byte[] page) {
        Reply reply = status == 200 ? Reply.bytes("text/html", page) : Reply.refusal(status, page);
        return reply.with("Content-Security-Policy", LabelCheckPage.policy());
    }
}
