/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.enrollment.Approvals;
import dev.breakwater.server.enrollment.EnrollmentCode;
import dev.breakwater.server.enrollment.EnrollmentCodeId;
import dev.breakwater.server.enrollment.EnrollmentCodeText;
import dev.breakwater.server.enrollment.EnrollmentCodes;
import dev.breakwater.server.enrollment.NewEnrollmentCode;
import dev.breakwater.server.enrollment.RedemptionId;
import dev.breakwater.server.enrollment.WaitingEnrollment;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.risk.Assurance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** How devices get in: codes, and the approval of those that wait. */
final class EnrollmentOperations {

    private static final Duration VALIDITY = Duration.ofDays(7);

    private final EnrollmentCodes codes;
    private final Approvals approvals;
    private final Clock clock;

    EnrollmentOperations(EnrollmentCodes codes, Approvals approvals, Clock clock) {
        this.codes = codes;
        this.approvals = approvals;
        this.clock = clock;
    }

    void register(Handlers handlers) {
        handlers.on("listEnrollmentCodes", Permission.ENROLLMENT_READ, this::list)
                .on(
                        "createEnrollmentCode",
                        Permission.ENROLLMENT_WRITE,
                        this::create,
                        AuditAction.ENROLLMENT_CODE_CREATED)
                .on("getEnrollmentCode", Permission.ENROLLMENT_READ, this::get)
                .on("listEnrollmentCodeSerials", Permission.ENROLLMENT_READ, this::serials)
                .on(
                        "withdrawEnrollmentCode",
                        Permission.ENROLLMENT_WRITE,
                        this::withdraw,
                        AuditAction.ENROLLMENT_CODE_WITHDRAWN)
                .on("listPendingEnrollments", Permission.ENROLLMENT_READ, this::pending)
                .on("getPendingEnrollment", Permission.ENROLLMENT_READ, this::enrollment)
                .on(
                        "approveEnrollment",
                        Permission.ENROLLMENT_WRITE,
                        this::approve,
                        AuditAction.ENROLLMENT_APPROVED)
                .on(
                        "denyEnrollment",
                        Permission.ENROLLMENT_WRITE,
                        this::deny,
                        AuditAction.ENROLLMENT_DENIED);
    }

    record EnrollmentCodeView(
            String id,
            String product,
            String note,
            int serials,
            int uses,
            int used,
            boolean approvalNeeded,
            String assurance,
            String state,
            Instant createdAt,
            String createdBy,
            Instant expiresAt,
            Optional<Instant> withdrawnAt) {}

    record EnrollmentCodeWithSecretView(EnrollmentCodeView enrollmentCode, String secret) {
        @Override
        public String toString() {
            return "EnrollmentCodeWithSecretView[" + enrollmentCode.id() + ", secret=[REDACTED]]";
        }
    }

    record EnrollmentView(
            String id,
            String kind,
            Optional<String> enrollmentCode,
            String product,
            String serial,
            String device,
            String publicKeySha256,
            String state,
            Instant requestedAt,
            String requestedFrom,
            Optional<String> decidedBy) {
        static EnrollmentView of(WaitingEnrollment waiting) {
            return new EnrollmentView(
                    waiting.id().toString(),
                    waiting.code().isPresent() ? "enrollment" : "re-enrollment",
                    waiting.code().map(EnrollmentCodeId::toString),
                    waiting.product().toString(),
                    waiting.serial().text(),
                    waiting.device().toString(),
                    waiting.key().hex(),
                    waiting.state().name().toLowerCase(Locale.ROOT),
                    waiting.requestedAt(),
                    waiting.requestedFrom(),
                    waiting.decidedBy());
        }
    }

    private EnrollmentCodeView view(EnrollmentCode code) {
        return new EnrollmentCodeView(
                code.id().toString(),
                code.product().toString(),
                code.note(),
                code.serials(),
                code.uses(),
                code.used(),
                code.approvalNeeded(),
                code.assurance().code(),
                code.state(clock.instant()).name().toLowerCase(Locale.ROOT).replace('_', '-'),
                code.createdAt(),
                code.createdBy(),
                code.expiresAt(),
                code.withdrawnAt());
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<EnrollmentCodeId> after = call.cursor(EnrollmentCodeId::parse);
        List<EnrollmentCode> rows = codes.list(caller.organization(), after, count + 1);
        return Reply.ok(Page.of(rows, count, this::view, code -> code.id().toString()));
    }

    private Reply create(AuthenticatedCaller caller, Call call) throws ContractViolation {
        Set<DeviceSerial> serials =
                call.body()
                        .path("serials")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .map(DeviceSerial::new)
                        .collect(Collectors.toSet());
        int uses = call.member("uses").map(JsonNode::intValue).orElse(serials.size());
        if (uses > serials.size()) {
            throw ContractViolation.member(
                    "/uses", "must be at most the number of serials, " + serials.size());
        }
        NewEnrollmentCode wanted =
                new NewEnrollmentCode(
                        ProductId.parse(call.text("product")),
                        call.text("note"),
                        serials,
                        uses,
                        call.member("validitySeconds")
                                .map(seconds -> Duration.ofSeconds(seconds.longValue()))
                                .orElse(VALIDITY),
                        call.body().path("approvalNeeded").asBoolean(false),
                        call.member("assurance")
                                .map(node -> Assurance.of(node.stringValue()))
                                .orElse(Assurance.SOFTWARE_KEY));
        return switch (codes.create(caller.organization(), wanted, caller.actor())) {
            case EnrollmentCodes.Creation.Created(EnrollmentCode code, EnrollmentCodeText text) ->
                    Reply.created(
                            new EnrollmentCodeWithSecretView(view(code), text.reveal()),
                            "/api/v1/enrollment-codes/" + code.id());
            case EnrollmentCodes.Creation.NoSuchProduct() -> Problems.notFound();
            case EnrollmentCodes.Creation.AssuranceTooLow(Assurance lowest) ->
                    throw ContractViolation.member(
                            "/assurance",
                            "is less than the product's risk profile asks for: " + lowest.code());
            case EnrollmentCodes.Creation.OutsideLimits(String why) -> Problems.limitReached(why);
        };
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return codes.code(caller.organization(), codeId(call))
                .map(code -> Reply.ok(view(code)))
                .orElseGet(Problems::notFound);
    }

    private Reply serials(AuthenticatedCaller caller, Call call) throws ContractViolation {
        if (codes.code(caller.organization(), codeId(call)).isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        Optional<DeviceSerial> after = call.cursor(DeviceSerial::new);
        List<DeviceSerial> rows =
                codes.serials(caller.organization(), codeId(call), after, count + 1);
        return Reply.ok(Page.of(rows, count, DeviceSerial::text, DeviceSerial::text));
    }

    private Reply withdraw(AuthenticatedCaller caller, Call call) {
        return codes.withdraw(caller.organization(), codeId(call), caller.actor())
                .map(withdrawn -> Reply.noContent())
                .orElseGet(Problems::notFound);
    }

    private Reply pending(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<RedemptionId> after = call.cursor(RedemptionId::parse);
        List<WaitingEnrollment> rows = approvals.pending(caller.organization(), after, count + 1);
        return Reply.ok(
                Page.of(rows, count, EnrollmentView::of, waiting -> waiting.id().toString()));
    }

    private Reply enrollment(AuthenticatedCaller caller, Call call) {
        return approvals
                .enrollment(caller.organization(), enrollmentId(call))
                .map(enrollment -> Reply.ok(EnrollmentView.of(enrollment)))
                .orElseGet(Problems::notFound);
    }

    private Reply approve(AuthenticatedCaller caller, Call call) {
        return approvals
                .approve(caller.organization(), enrollmentId(call), caller.actor())
                .map(enrollment -> Reply.ok(EnrollmentView.of(enrollment)))
                .orElseGet(() -> notWaiting(caller, call));
    }

    private Reply deny(AuthenticatedCaller caller, Call call) {
        return approvals
                .deny(
                        caller.organization(),
                        enrollmentId(call),
                        call.text("reason"),
                        caller.actor())
                .map(enrollment -> Reply.ok(EnrollmentView.of(enrollment)))
                .orElseGet(() -> notWaiting(caller, call));
    }

    private Reply notWaiting(AuthenticatedCaller caller, Call call) {
        return approvals
                .enrollment(caller.organization(), enrollmentId(call))
                .map(
                        decided ->
                                Problems.notPossibleNow(
                                        "The enrollment was decided already; it is %s."
                                                .formatted(EnrollmentView.of(decided).state())))
                .orElseGet(Problems::notFound);
    }

    private static EnrollmentCodeId codeId(Call call) {
        return call.id("enrollmentCodeId", EnrollmentCodeId::parse);
    }

    private static RedemptionId enrollmentId(Call call) {
        return call.id("pendingEnrollmentId", RedemptionId::parse);
    }
}
