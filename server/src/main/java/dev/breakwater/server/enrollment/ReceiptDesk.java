/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.Pace;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.http.RequestBody;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/**
 * Where a device that has erased itself hands in its receipt. It has no certificate any more: the
 * receipt's own signature is all that counts.
 */
final class ReceiptDesk {

    private final ErasureReceipts receipts;
    private final Refusals refusals;
    private final UnprovenQuestions questions;
    private final Limits limits;

    ReceiptDesk(ErasureReceipts receipts, Guards guards, UnprovenQuestions questions) {
        this.receipts = receipts;
        this.questions = questions;
        this.refusals = guards.refusals();
        this.limits = guards.limits();
    }

    EstAnswer answer(Request request) {
        if (!HttpMethod.POST.is(request.getMethod())) {
            return EstAnswer.wrongMethod(HttpMethod.POST);
        }
        if (questions.areTooManyWith(request)) {
            return refuse(request, RefusalReason.TOO_MANY_REQUESTS);
        }
        return switch (RequestBody.read(
                request, limits.of(Limit.ERASURE_RECEIPT_BYTES), Pace.of(limits))) {
            case RequestBody.Complete complete -> take(request, complete.bytes());
            case RequestBody.TooLarge _ -> refuse(request, RefusalReason.RECEIPT_TOO_LARGE);
            case RequestBody.TooSlow _ -> refuse(request, RefusalReason.REQUEST_TOO_SLOW);
            case RequestBody.Broken _ -> refuse(request, RefusalReason.RECEIPT_MALFORMED);
        };
    }

    private EstAnswer take(Request request, byte[] receipt) {
        try {
            return switch (receipts.take(receipt)) {
                case ErasureReceipts.Taking.Kept() ->
                        EstAnswer.text(HttpStatus.CREATED_201, "The receipt is kept.");
                case ErasureReceipts.Taking.Refused(var reason, var organization, var details) ->
                        refuse(request, reason, organization, details);
            };
        } catch (StorageUnavailable unavailable) {
            return refuse(request, RefusalReason.STORAGE_UNAVAILABLE);
        }
    }

    private EstAnswer refuse(Request request, RefusalReason reason) {
        return refuse(request, reason, Optional.empty(), Map.of());
    }

    private EstAnswer refuse(
            Request request,
            RefusalReason reason,
            Optional<OrganizationId> organization,
            Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("source", Peer.address(request));
        refusals.record(
                new Refusal(
                        reason,
                        "est",
                        organization,
                        new Actor.Unproven(Peer.address(request)),
                        all));
        return EstAnswer.refused(reason);
    }
}
