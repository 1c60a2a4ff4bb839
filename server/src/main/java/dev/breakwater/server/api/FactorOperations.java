/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.SessionOperations.SessionTokensView;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.member.Factor;
import dev.breakwater.server.member.FactorId;
import dev.breakwater.server.member.MemberSessions;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.OwnFactors;
import dev.breakwater.server.member.OwnPassword;
import dev.breakwater.server.member.PasskeyQuestion;
import dev.breakwater.server.member.RecoveryCode;
import dev.breakwater.server.member.SecondFactorProof;
import dev.breakwater.server.member.TotpUri;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What members prove who they are with: second factors, recovery codes, their password. */
final class FactorOperations {

    private final OwnFactors factors;
    private final OwnPassword password;
    private final Refusals refusals;
    private final RecentProof recent;
    private final SessionCookies cookies;

    FactorOperations(Membership membership, Refusals refusals, Clock clock) {
        this.factors = membership.factors();
        this.password = membership.password();
        this.refusals = refusals;
        this.recent = new RecentProof(factors, refusals);
        this.cookies = new SessionCookies(clock);
    }

    void register(Handlers handlers) {
        Permission write = Permission.SELF_WRITE;
        handlers.on("listOwnFactors", Permission.SELF_READ, this::list)
                .on("beginTotp", write, this::beginTotp)
                .on(
                        "confirmTotp",
                        write,
                        this::confirmTotp,
                        AuditAction.MEMBER_FACTOR_ADDED,
                        AuditAction.SESSION_PROVEN)
                .on("beginPasskey", write, this::beginPasskey)
                .on(
                        "addPasskey",
                        write,
                        this::addPasskey,
                        AuditAction.MEMBER_FACTOR_ADDED,
                        AuditAction.SESSION_PROVEN)
                .on("removeOwnFactor", write, this::remove, AuditAction.MEMBER_FACTOR_REMOVED)
                .on(
                        "renewRecoveryCodes",
                        write,
                        this::renewCodes,
                        AuditAction.MEMBER_RECOVERY_CODES_RENEWED)
                .on("askToStepUp", write, this::askToStepUp)
                .on("stepUp", write, this::stepUp, AuditAction.SESSION_PROVEN)
                .on(
                        "changeOwnPassword",
                        write,
                        this::changePassword,
                        AuditAction.MEMBER_PASSWORD_CHANGED)
                .on(
                        "resetMemberFactors",
                        Permission.MEMBERS_WRITE,
                        this::reset,
                        AuditAction.MEMBER_FACTORS_RESET);
    }

    record FactorView(
            String id,
            String kind,
            String name,
            Instant createdAt,
            Optional<Instant> confirmedAt,
            Optional<Instant> lastUsedAt) {
        static FactorView of(Factor factor) {
            return new FactorView(
                    factor.id().toString(),
                    factor.kind().code(),
                    factor.name(),
                    factor.createdAt(),
                    factor.confirmedAt(),
                    factor.lastUsedAt());
        }
    }

    record FactorsView(List<FactorView> items, int recoveryCodesLeft) {}

    record BegunTotpView(FactorView factor, String secret, String uri) {
        @Override
        public String toString() {
            return "BegunTotpView[factor=" + factor + ", secret=[REDACTED]]";
        }
    }

    record AddedFactorView(
            FactorView factor, List<String> recoveryCodes, SessionTokensView tokens) {
        @Override
        public String toString() {
            return "AddedFactorView[factor=" + factor + ", the rest=[REDACTED]]";
        }
    }

    record RecoveryCodesView(List<String> recoveryCodes) {
        @Override
        public String toString() {
            return "RecoveryCodesView[REDACTED]";
        }
    }

    record PasskeyQuestionView(
            String challenge,
            String publicKeyChallenge,
            Optional<String> relyingPartyId,
            List<String> credentialIds) {
        static PasskeyQuestionView of(PasskeyQuestion question) {
            return new PasskeyQuestionView(
                    question.challenge(),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(question.bytes()),
                    question.party().id(),
                    question.credentialIds());
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) {
        List<FactorView> views = factors.factors(caller).stream().map(FactorView::of).toList();
        return Reply.ok(new FactorsView(views, factors.recoveryCodesLeft(caller)));
    }

    private Reply beginTotp(AuthenticatedCaller caller, Call call) {
        Optional<Reply> refusal = refusalOfMore(caller, call);
        return refusal.orElseGet(
                () ->
                        switch (factors.beginTotp(caller, call.text("name"))) {
                            case OwnFactors.Adding.Begun(Factor factor, byte[] secret) ->
                                    Reply.created(
                                            new BegunTotpView(
                                                    FactorView.of(factor),
                                                    TotpUri.secret(secret),
                                                    TotpUri.of(secret, factor.name())));
                            case OwnFactors.Adding other -> added(caller, call, other);
                        });
    }

    private Reply confirmTotp(AuthenticatedCaller caller, Call call) {
        return added(
                caller,
                call,
                factors.confirmTotp(
                        caller, call.id("factorId", FactorId::parse), call.text("totp")));
    }

    private Reply beginPasskey(AuthenticatedCaller caller, Call call) {
        Optional<Reply> refusal = refusalOfMore(caller, call);
        return refusal.orElseGet(
                () ->
                        factors.beginPasskey(caller)
                                .map(question -> Reply.created(PasskeyQuestionView.of(question)))
                                .orElseGet(FactorOperations::noName));
    }

    private Reply addPasskey(AuthenticatedCaller caller, Call call) throws ContractViolation {
        return added(
                caller,
                call,
                factors.addPasskey(
                        caller,
                        call.text("challenge"),
                        call.text("name"),
                        bytes(call.body(), "/attestationObject"),
                        bytes(call.body(), "/clientDataJSON")));
    }

    /**
     * Whatever opens the account as well as what there is takes as much: another factor, or an
     * account at an identity provider.
     */
    Optional<Reply> refusalOfMore(AuthenticatedCaller caller, Call call) {
        return recent.refusalWithoutFactor(caller, call)
                .or(
                        () ->
                                passwordRefusal(
                                        caller,
                                        call,
                                        password.prove(caller, call.text("password"))));
    }

    private Reply added(AuthenticatedCaller caller, Call call, OwnFactors.Adding outcome) {
        return switch (outcome) {
            case OwnFactors.Adding.Done(
                            Factor factor,
                            List<RecoveryCode> codes,
                            MemberSessions.Granted granted) -> {
                SessionTokensView tokens = SessionTokensView.of(granted, !goesByCookie(call));
                yield cookies.with(
                        Reply.created(
                                new AddedFactorView(
                                        FactorView.of(factor), revealed(codes), tokens)),
                        granted,
                        goesByCookie(call));
            }
            case OwnFactors.Adding.SessionOver() -> Problems.sessionOver();
            case OwnFactors.Adding.NoSuchFactor() -> Problems.notFound();
            case OwnFactors.Adding.Wrong() -> secondFactorRefused(caller, call);
            case OwnFactors.Adding.TooMany(int factorsMax) ->
                    Problems.limitReached(
                            "There are %d factors, as many as may be, or it is one of them."
                                    .formatted(factorsMax));
            case OwnFactors.Adding.Begun _ ->
                    throw new IllegalStateException("what is begun is answered where it begins");
        };
    }

    private Reply remove(AuthenticatedCaller caller, Call call) {
        return factors.remove(caller, call.id("factorId", FactorId::parse))
                ? Reply.noContent()
                : Problems.notFound();
    }

    private Reply reset(AuthenticatedCaller caller, Call call) {
        return switch (factors.reset(caller, call.id("memberId", MemberId::parse))) {
            case OwnFactors.Resetting.Done() -> Reply.noContent();
            case OwnFactors.Resetting.NoSuchMember() -> Problems.notFound();
            case OwnFactors.Resetting.BeyondCaller(Set<Permission> beyond) -> {
                record(caller, call, RefusalReason.PERMISSION_MISSING);
                yield Problems.permissionMissing(beyond.iterator().next().code());
            }
        };
    }

    private Reply renewCodes(AuthenticatedCaller caller, Call call) {
        return factors.hasFactor(caller)
                ? Reply.created(new RecoveryCodesView(revealed(factors.renewRecoveryCodes(caller))))
                : Problems.notPossibleNow("Recovery codes stand in for a factor; add one first.");
    }

    private Reply askToStepUp(AuthenticatedCaller caller, Call call) {
        return factors.askToStepUp(caller)
                .map(question -> Reply.created(PasskeyQuestionView.of(question)))
                .orElseGet(FactorOperations::noName);
    }

    private Reply stepUp(AuthenticatedCaller caller, Call call) throws ContractViolation {
        Optional<String> shown = call.member("password").map(JsonNode::asString);
        if (shown.isPresent() == call.member("proof").isPresent()) {
            throw ContractViolation.member("/proof", "or /password is needed, and not both");
        }
        if (shown.isPresent()) {
            return showPassword(caller, call, shown.get());
        }
        OwnFactors.Proving outcome =
                factors.stepUp(
                        caller, proof(call), call.member("challenge").map(JsonNode::asString));
        return switch (outcome) {
            case OwnFactors.Proving.Done(MemberSessions.Granted granted) -> goingOn(call, granted);
            case OwnFactors.Proving.SessionOver() -> Problems.sessionOver();
            case OwnFactors.Proving.Wrong() -> secondFactorRefused(caller, call);
            case OwnFactors.Proving.TooSoon(Duration left) -> tooSoon(caller, call, left);
        };
    }

    /** Less than the factor that is there proves nothing. */
    private Reply showPassword(AuthenticatedCaller caller, Call call, String shown) {
        Optional<Reply> refusal = recent.refusalWithoutFactor(caller, call);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        return switch (password.stepUp(caller, shown)) {
            case OwnPassword.Outcome.Proven(MemberSessions.Granted granted) ->
                    goingOn(call, granted);
            case OwnPassword.Outcome.SessionOver() -> Problems.sessionOver();
            case OwnPassword.Outcome other -> passwordRefusal(caller, call, other).orElseThrow();
        };
    }

    private Reply goingOn(Call call, MemberSessions.Granted granted) {
        boolean byCookie = goesByCookie(call);
        return cookies.with(Reply.ok(SessionTokensView.of(granted, !byCookie)), granted, byCookie);
    }

    /** Whoever shows its session by cookie gets the next tokens as cookies. */
    private static boolean goesByCookie(Call call) {
        return call.browser().countsOnCookie();
    }

    private Reply changePassword(AuthenticatedCaller caller, Call call) throws ContractViolation {
        Optional<Reply> refusal = recent.refusalWithoutFactor(caller, call);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        OwnPassword.Outcome outcome =
                password.change(caller, call.text("password"), call.text("newPassword"));
        if (outcome instanceof OwnPassword.Outcome.Refused(String why)) {
            throw ContractViolation.member("/newPassword", "is refused: " + why);
        }
        return passwordRefusal(caller, call, outcome).orElseGet(Reply::noContent);
    }

    private Optional<Reply> passwordRefusal(
            AuthenticatedCaller caller, Call call, OwnPassword.Outcome outcome) {
        return switch (outcome) {
            case OwnPassword.Outcome.Done(), OwnPassword.Outcome.Proven _ -> Optional.empty();
            case OwnPassword.Outcome.SessionOver() -> Optional.of(Problems.sessionOver());
            case OwnPassword.Outcome.Wrong() -> {
                record(caller, call, RefusalReason.LOG_IN_REFUSED);
                yield Optional.of(Problems.logInRefused());
            }
            case OwnPassword.Outcome.TooSoon(Duration left) ->
                    Optional.of(tooSoon(caller, call, left));
            case OwnPassword.Outcome.Refused(String why) -> throw new IllegalStateException(why);
        };
    }

    private Reply secondFactorRefused(AuthenticatedCaller caller, Call call) {
        record(caller, call, RefusalReason.SECOND_FACTOR_REFUSED);
        return Problems.secondFactorRefused();
    }

    private Reply tooSoon(AuthenticatedCaller caller, Call call, Duration left) {
        record(caller, call, RefusalReason.LOG_IN_TOO_OFTEN);
        return Problems.attemptTooSoon(left);
    }

    private void record(AuthenticatedCaller caller, Call call, RefusalReason reason) {
        refusals.record(
                new Refusal(
                        reason,
                        "api",
                        Optional.of(caller.organization()),
                        caller.actor(),
                        Map.of("source", call.source(), "operation", call.operation().id())));
    }

    /** Passkeys are bound to a DNS name, and this server goes by its address only. */
    static Reply noName() {
        return Problems.notPossibleNow(
                "Passkeys are bound to a DNS name, and this server is configured with none.");
    }

    /** The one proof that the body holds; the contract has seen to it that there is one. */
    static SecondFactorProof proof(Call call) throws ContractViolation {
        JsonNode body = call.body();
        if (body.at("/proof/totp").isString()) {
            return new SecondFactorProof.Totp(body.at("/proof/totp").asString());
        }
        if (body.at("/proof/recoveryCode").isString()) {
            return new SecondFactorProof.Recovery(body.at("/proof/recoveryCode").asString());
        }
        return new SecondFactorProof.Signed(
                body.at("/proof/passkey/credentialId").asString(),
                bytes(body, "/proof/passkey/authenticatorData"),
                bytes(body, "/proof/passkey/clientDataJSON"),
                bytes(body, "/proof/passkey/signature"));
    }

    private static byte[] bytes(JsonNode body, String pointer) throws ContractViolation {
        try {
            return Base64.getUrlDecoder().decode(body.at(pointer).asString());
        } catch (IllegalArgumentException bad) {
            throw ContractViolation.member(pointer, "is not base64url");
        }
    }

    private static List<String> revealed(List<RecoveryCode> codes) {
        return codes.stream().map(RecoveryCode::reveal).toList();
    }
}
