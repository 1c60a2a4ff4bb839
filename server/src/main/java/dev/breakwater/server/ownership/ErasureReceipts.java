/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the receipts of devices that have erased themselves because they were given away, and shows
 * who gave them away. Blocks.
 *
 * <p>A receipt is believed if the set-up key of that device signed it, which the label told before,
 * and it names the very device that was given away: each time it is set up, the hardware becomes
 * another device, so a receipt of an earlier owner's time counts for nothing. The same receipt may
 * come any number of times.
 */
public final class ErasureReceipts {

    private final ReceiptStore store;
    private final Clock clock;

    /** Wires it. */
    public ErasureReceipts(ReceiptStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What became of a receipt. */
    public sealed interface Taking {

        /** It is kept, from now or from before. */
        record Kept() implements Taking {}

        /** It is not. */
        record Refused(
                RefusalReason reason,
                Optional<OrganizationId> organization,
                Map<String, String> details)
                implements Taking {}
    }

    /**
     * Takes a receipt.
     *
     * @param json untrusted: the receipt as the device has signed it
     */
    public Taking take(byte[] json) {
        Optional<ErasureReceipt> read = ErasureReceipt.parse(json);
        if (read.isEmpty()) {
            return new Taking.Refused(RefusalReason.RECEIPT_MALFORMED, Optional.empty(), Map.of());
        }
        ErasureReceipt receipt = read.get();
        Map<String, String> details =
                Map.of(
                        "device", receipt.device().toString(),
                        "serial", receipt.serial().text());
        Optional<ReceiptStore.Ordered> ordered = store.ordered(receipt.device());
        if (ordered.isEmpty() || !ordered.get().serial().equals(receipt.serial())) {
            return new Taking.Refused(RefusalReason.RECEIPT_NOT_ORDERED, Optional.empty(), details);
        }
        OrganizationId organization = ordered.get().organization();
        if (ordered.get().setupKey().filter(receipt::names).isEmpty()) {
            return new Taking.Refused(
                    RefusalReason.RECEIPT_KEY_UNKNOWN, Optional.of(organization), details);
        }
        try {
            receipt.verify();
        } catch (GeneralSecurityException forged) {
            return new Taking.Refused(
                    RefusalReason.RECEIPT_FORGED, Optional.of(organization), details);
        }
        store.erased(
                organization,
                receipt.device(),
                clock.instant(),
                receipt.text(),
                AuditEvent.of(
                        organization,
                        new Actor.ProvenDevice(receipt.device()),
                        AuditAction.DEVICE_ERASED,
                        "device:" + receipt.device(),
                        Map.of("serial", receipt.serial().text())));
        return new Taking.Kept();
    }

    /** What a member has given away, in order of the devices' ids, after {@code after}. */
    public List<GivenAway> givenAway(
            OrganizationId organization, MemberId member, Optional<DeviceId> after, int countMax) {
        return store.givenAway(organization, member, after, countMax);
    }
}
