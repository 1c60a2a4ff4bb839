/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What a maker states of one product, for its owners. What is absent was not stated, and an empty
 * list was: that there is nothing.
 *
 * @param language of the maker's own texts, as a tag of RFC 5646; nothing is translated
 * @param name what owners call the product
 * @param maker who makes it
 * @param keeps everything a device stores, in the form of its storage manifest
 * @param talksTo everybody a device connects to
 * @param supportedUntil the last day for which security updates are promised
 * @param guarding how to keep the device out of others' hands
 * @param erasingByHand how to erase a device without any server
 * @param securityContact where a vulnerability is reported; https or mailto
 * @param moreAt where the maker says more; https
 */
public record OwnerGuidance(
        Optional<String> language,
        Optional<String> name,
        Optional<String> maker,
        Optional<List<KeptItem>> keeps,
        Optional<List<Partner>> talksTo,
        Optional<LocalDate> supportedUntil,
        Optional<String> guarding,
        Optional<String> erasingByHand,
        Optional<MakerLink> securityContact,
        Optional<MakerLink> moreAt) {

    /** Nothing was stated. */
    public static final OwnerGuidance NOTHING =
            new OwnerGuidance(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /** Copies the lists. */
    public OwnerGuidance {
        keeps = keeps.map(List::copyOf);
        talksTo = talksTo.map(List::copyOf);
        if (moreAt.filter(link -> !link.isWebPage()).isPresent()) {
            throw new IllegalArgumentException("more is told at an https address");
        }
    }

    /**
     * Whom a device connects to.
     *
     * @param who in words
     * @param host by its name in the DNS
     * @param purpose what for
     */
    public record Partner(String who, Optional<String> host, String purpose) {}
}
