/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.attestation.EndorsementAuthority;
import dev.breakwater.server.attestation.EndorsementKey;
import dev.breakwater.server.attestation.EndorsementLists;
import dev.breakwater.server.attestation.ListedSha256;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.limits.Limit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whose word an organization takes that a device's key is in a TPM. */
final class AttestationOperations {

    private final EndorsementLists lists;

    AttestationOperations(EndorsementLists lists) {
        this.lists = lists;
    }

    void register(Handlers handlers) {
        handlers.on("listEndorsementAuthorities", Permission.ORGANIZATION_READ, this::authorities)
                .on(
                        "enterEndorsementAuthority",
                        Permission.ORGANIZATION_WRITE,
                        this::enterAuthority,
                        AuditAction.ENDORSEMENT_AUTHORITY_ENTERED)
                .on(
                        "removeEndorsementAuthority",
                        Permission.ORGANIZATION_WRITE,
                        this::removeAuthority,
                        AuditAction.ENDORSEMENT_AUTHORITY_REMOVED)
                .on("listEndorsementKeys", Permission.ORGANIZATION_READ, this::keys)
                .on(
                        "enterEndorsementKey",
                        Permission.ORGANIZATION_WRITE,
                        this::enterKey,
                        AuditAction.ENDORSEMENT_KEY_ENTERED)
                .on(
                        "removeEndorsementKey",
                        Permission.ORGANIZATION_WRITE,
                        this::removeKey,
                        AuditAction.ENDORSEMENT_KEY_REMOVED);
    }

    record EndorsementAuthorityView(
            String id,
            String subject,
            String note,
            Instant notBefore,
            Instant notAfter,
            Instant addedAt,
            String addedBy) {
        static EndorsementAuthorityView of(EndorsementAuthority authority) {
            return new EndorsementAuthorityView(
                    authority.sha256().hex(),
                    authority.certificate().getSubjectX500Principal().getName(),
                    authority.note(),
                    authority.certificate().getNotBefore().toInstant(),
                    authority.certificate().getNotAfter().toInstant(),
                    authority.addedAt(),
                    authority.addedBy());
        }
    }

    record EndorsementKeyView(String id, String note, Instant addedAt, String addedBy) {
        static EndorsementKeyView of(EndorsementKey key) {
            return new EndorsementKeyView(
                    key.sha256().hex(), key.note(), key.addedAt(), key.addedBy());
        }
    }

    private Reply authorities(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<ListedSha256> after = call.cursor(ListedSha256::new);
        List<EndorsementAuthority> rows =
                lists.authorities(caller.organization(), after, count + 1);
        return Reply.ok(
                Page.of(
                        rows,
                        count,
                        EndorsementAuthorityView::of,
                        authority -> authority.sha256().hex()));
    }

    private Reply enterAuthority(AuthenticatedCaller caller, Call call) throws ContractViolation {
        EndorsementLists.Entry<EndorsementAuthority> entry;
        try {
            entry =
                    lists.enterAuthority(
                            caller.organization(),
                            call.text("certificate"),
                            note(call),
                            caller.actor());
        } catch (IllegalArgumentException unusable) {
            throw ContractViolation.member("/certificate", "is refused: " + unusable.getMessage());
        }
        return switch (entry) {
            case EndorsementLists.Entry.Entered<EndorsementAuthority>(var entered) ->
                    Reply.created(
                            EndorsementAuthorityView.of(entered),
                            "/api/v1/endorsement-authorities");
            case EndorsementLists.Entry.Known<EndorsementAuthority>() ->
                    Problems.notPossibleNow("The organization lists this authority already.");
            case EndorsementLists.Entry.ListFull<EndorsementAuthority>(int entriesMax) ->
                    full(entriesMax, "authorities");
        };
    }

    private Reply removeAuthority(AuthenticatedCaller caller, Call call) {
        ListedSha256 id = call.id("endorsementAuthorityId", ListedSha256::new);
        return lists.removeAuthority(caller.organization(), id, caller.actor())
                ? Reply.noContent()
                : Problems.notFound();
    }

    private Reply keys(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<ListedSha256> after = call.cursor(ListedSha256::new);
        List<EndorsementKey> rows = lists.keys(caller.organization(), after, count + 1);
        return Reply.ok(Page.of(rows, count, EndorsementKeyView::of, key -> key.sha256().hex()));
    }

    private Reply enterKey(AuthenticatedCaller caller, Call call) {
        return switch (lists.enterKey(
                caller.organization(),
                new ListedSha256(call.text("sha256")),
                note(call),
                caller.actor())) {
            case EndorsementLists.Entry.Entered<EndorsementKey>(var entered) ->
                    Reply.created(EndorsementKeyView.of(entered), "/api/v1/endorsement-keys");
            case EndorsementLists.Entry.Known<EndorsementKey>() ->
                    Problems.notPossibleNow("The organization lists this key already.");
            case EndorsementLists.Entry.ListFull<EndorsementKey>(int entriesMax) ->
                    full(entriesMax, "keys");
        };
    }

    private Reply removeKey(AuthenticatedCaller caller, Call call) {
        ListedSha256 id = call.id("endorsementKeyId", ListedSha256::new);
        return lists.removeKey(caller.organization(), id, caller.actor())
                ? Reply.noContent()
                : Problems.notFound();
    }

    private static Reply full(int entriesMax, String what) {
        return Problems.limitReached(
                "The organization lists %d endorsement %s, as many as it may; remove one."
                        .formatted(entriesMax, what));
    }

    private static String note(Call call) {
        return call.member("note").map(JsonNode::stringValue).orElse("");
    }
}
