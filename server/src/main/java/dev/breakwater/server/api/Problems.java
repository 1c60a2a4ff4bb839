/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.api.contract.Fault;
import dev.breakwater.server.http.ErrorText;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every error a client of the API can read is made here. Texts say what was refused and what to do
 * next; what would help an attacker stays in the operator's log.
 */
final class Problems {

    private Problems() {}

    /** For what fails below the API: a malformed head, a full server. */
    static final ErrorText LISTENER =
            new ErrorText() {
                @Override
                public String contentType() {
                    return Reply.PROBLEM;
                }

                @Override
                public String body(int status) {
                    return JsonMapper.shared().writeValueAsString(ofListener(status));
                }
            };

    private static Problem ofListener(int status) {
        ProblemType type =
                switch (status) {
                    case 408 -> ProblemType.BODY_TOO_SLOW;
                    case 413 -> ProblemType.BODY_TOO_LARGE;
                    case 503 -> ProblemType.SERVER_BUSY;
                    default -> status >= 500 ? ProblemType.DEFECT : ProblemType.REQUEST_MALFORMED;
                };
        return new Problem(
                type.uri(), type.title(), status, "The listener refused the request.", List.of());
    }

    static Reply of(ContractViolation violation) {
        ProblemType type =
                switch (violation.kind()) {
                    case PATH_NOT_CANONICAL -> ProblemType.PATH_NOT_CANONICAL;
                    case NO_SUCH_PATH -> ProblemType.NO_SUCH_OPERATION;
                    case METHOD_NOT_OFFERED -> ProblemType.METHOD_NOT_OFFERED;
                    case PARAMETER_REFUSED -> ProblemType.PARAMETER_REFUSED;
                    case HEADER_REFUSED -> ProblemType.HEADER_REFUSED;
                    case MEDIA_TYPE_REFUSED -> ProblemType.MEDIA_TYPE_REFUSED;
                    case BODY_NOT_TAKEN -> ProblemType.BODY_NOT_TAKEN;
                    case BODY_TOO_LARGE -> ProblemType.BODY_TOO_LARGE;
                    case BODY_TOO_SLOW -> ProblemType.BODY_TOO_SLOW;
                    case BODY_MALFORMED -> ProblemType.BODY_MALFORMED;
                    case BODY_REFUSED -> ProblemType.BODY_REFUSED;
                };
        Fault first = violation.faults().getFirst();
        String subject = first.name().isEmpty() ? "The body" : first.name();
        return Reply.problem(
                new Problem(
                        type.uri(),
                        type.title(),
                        type.status(),
                        subject + " " + first.text() + ".",
                        violation.faults().stream().map(Problems::member).toList()));
    }

    private static Problem.Member member(Fault fault) {
        Optional<String> name = Optional.of(fault.name());
        Optional<String> none = Optional.empty();
        return switch (fault.place()) {
            case BODY -> new Problem.Member(name, none, none, fault.text());
            case PATH, QUERY -> new Problem.Member(none, name, none, fault.text());
            case HEADER -> new Problem.Member(none, none, name, fault.text());
        };
    }

    static Reply noSuchOperation() {
        return reply(
                ProblemType.NO_SUCH_OPERATION,
                "The path is not in the contract; GET /api/v1/reference shows what is.");
    }

    static Reply methodNotOffered(Set<String> offered) {
        String methods = String.join(", ", offered);
        return reply(ProblemType.METHOD_NOT_OFFERED, "Offered are " + methods + ".")
                .with("Allow", methods);
    }

    /** One text for every way in which a token can be bad (RFC 6750 section 3). */
    static Reply unauthenticated(RefusalReason reason) {
        return reply(ProblemType.AUTHENTICATION_NEEDED, reason.clientText())
                .with("WWW-Authenticate", "Bearer realm=\"breakwater\"");
    }

    static Reply permissionMissing(String permission) {
        return reply(
                ProblemType.PERMISSION_MISSING,
                "It needs the permission " + permission + "; use a token whose role has it.");
    }

    static Reply shareTooNarrow(String permission) {
        return reply(
                ProblemType.PERMISSION_MISSING,
                RefusalReason.SHARE_TOO_NARROW.clientText()
                        + " It needs "
                        + permission
                        + "; ask the device's owner.");
    }

    static Reply sourceRefused() {
        return reply(
                ProblemType.SOURCE_REFUSED,
                "Call from a network that the organization allows, or have its rules changed.");
    }

    /**
     * One text for everything that may be wrong: whether there is such a member is nobody's
     * business.
     */
    static Reply logInRefused() {
        return reply(
                ProblemType.LOG_IN_REFUSED,
                "Or the account is not to be used; the log of its organization says which.");
    }

    static Reply attemptTooSoon(Duration wait) {
        return reply(
                        ProblemType.ATTEMPT_TOO_SOON,
                        "There were failures before; the password was not looked at.")
                .with("Retry-After", Long.toString(Math.max(1, wait.toSeconds() + 1)));
    }

    static Reply crossSite() {
        return reply(ProblemType.CROSS_SITE, "Nothing was changed.");
    }

    static Reply secondFactorRefused() {
        return reply(ProblemType.SECOND_FACTOR_REFUSED, "Nothing was changed.");
    }

    static Reply secondFactorNeeded() {
        return reply(
                ProblemType.SECOND_FACTOR_NEEDED,
                "The organization demands one; set it up or prove it.");
    }

    static Reply stepUpNeeded() {
        return reply(
                ProblemType.STEP_UP_NEEDED, "Prove it at /api/v1/me/proofs, then send this again.");
    }

    static Reply metadataRefused(String why) {
        return reply(ProblemType.METADATA_REFUSED, sentence(why));
    }

    static Reply artifactAltered(String actual) {
        return reply(ProblemType.ARTIFACT_ALTERED, "What arrived has the SHA-256 " + actual + ".");
    }

    static Reply rangeRefused(long length) {
        return reply(
                        ProblemType.RANGE_REFUSED,
                        "It has %d bytes, and the range begins behind them.".formatted(length))
                .with("Content-Range", "bytes */" + length);
    }

    static Reply busy(Duration after) {
        return reply(ProblemType.SERVER_BUSY, "As many artifacts are being sent as may be.")
                .with("Retry-After", Long.toString(after.toSeconds()));
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    static Reply noProvider() {
        return reply(
                ProblemType.NOT_FOUND, "This server has no OpenID Connect provider configured.");
    }

    static Reply providerUnavailable() {
        return reply(
                ProblemType.PROVIDER_UNAVAILABLE,
                RefusalReason.OIDC_PROVIDER_UNAVAILABLE.clientText());
    }

    static Reply passwordNeeded() {
        return reply(
                ProblemType.PASSWORD_NEEDED, "Show it at /api/v1/me/proofs, then send this again.");
    }

    static Reply sessionOver() {
        return reply(ProblemType.SESSION_OVER, "Log in again.");
    }

    static Reply invitationRefused() {
        return reply(
                ProblemType.INVITATION_REFUSED,
                "It is wrong, has expired, was withdrawn or was used; ask for a new one.");
    }

    static Reply passwordResetRefused() {
        return reply(
                ProblemType.PASSWORD_RESET_REFUSED,
                "It is wrong, has expired, was replaced or was used; ask for a new one.");
    }

    static Reply setupCodeRefused() {
        return reply(
                ProblemType.SETUP_CODE_REFUSED,
                "It is wrong, has expired or was used; a restart of a server without an"
                        + " organization prints a new one once the old one has expired.");
    }

    /** The same for what does not exist and for what belongs to another organization. */
    static Reply notFound() {
        return reply(
                ProblemType.NOT_FOUND, "Nothing of this id is within the token's organization.");
    }

    static Reply nameTaken(String noun, String name) {
        return reply(
                ProblemType.NAME_TAKEN,
                "There is a %s named '%s' already; choose another name.".formatted(noun, name));
    }

    static Reply ownedByAnother() {
        return reply(
                ProblemType.OWNED_BY_ANOTHER, RefusalReason.TICKET_OWNED_BY_ANOTHER.clientText());
    }

    static Reply transferRefused() {
        return reply(
                ProblemType.TRANSFER_REFUSED,
                "It is wrong, has expired, was withdrawn or was used; ask for a new one.");
    }

    static Reply shareRefused() {
        return reply(
                ProblemType.SHARE_REFUSED,
                "It is wrong, has expired, was withdrawn or was used; ask for a new one.");
    }

    static Reply notPossibleNow(String detail) {
        return reply(ProblemType.NOT_POSSIBLE_NOW, detail);
    }

    static Reply limitReached(String detail) {
        return reply(ProblemType.LIMIT_REACHED, detail);
    }

    static Reply versionMismatch(long current) {
        return reply(
                ProblemType.VERSION_MISMATCH,
                "It has version %d now; read it again and decide anew.".formatted(current));
    }

    static Reply preconditionNeeded() {
        return reply(
                ProblemType.PRECONDITION_NEEDED,
                "Give the ETag that was read, or * to overwrite whatever is there.");
    }

    static Reply idempotencyKeyReused() {
        return reply(
                ProblemType.IDEMPOTENCY_KEY_REUSED,
                "The key was used with another request within 24 hours; choose a new one.");
    }

    static Reply requestInWork() {
        return reply(ProblemType.REQUEST_IN_WORK, "Ask again in a moment to get its answer.")
                .with("Retry-After", "1");
    }

    static Reply outcomeUnknown() {
        return reply(
                ProblemType.OUTCOME_UNKNOWN,
                "Its answer is lost or of before the session's last proof; look whether it was"
                        + " done, and if not send it with a new key.");
    }

    static Reply tooManyRequests(CallBudgets.Lack lack) {
        return reply(
                        ProblemType.TOO_MANY_REQUESTS,
                        "This %s has used up its budget; come back later."
                                .formatted(lack.payer().words()))
                .with("Retry-After", Long.toString(Math.max(1, lack.pause().toSeconds())));
    }

    static Reply storageUnavailable() {
        return reply(ProblemType.STORAGE_UNAVAILABLE, "Nothing was changed; try again later.")
                .with("Retry-After", "5");
    }

    static Reply storageFull() {
        return reply(
                        ProblemType.STORAGE_FULL,
                        "Nothing was changed; try again when whoever runs the server has made space.")
                .with("Retry-After", "60");
    }

    static Reply defect(String requestId) {
        return reply(
                ProblemType.DEFECT,
                "It is logged as %s; tell it to whoever runs the server.".formatted(requestId));
    }

    private static Reply reply(ProblemType type, String detail) {
        return Reply.problem(
                new Problem(type.uri(), type.title(), type.status(), detail, List.of()));
    }
}
