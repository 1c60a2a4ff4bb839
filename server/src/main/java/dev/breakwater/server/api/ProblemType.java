/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.util.Locale;

/**
 * The kinds of problem; a type never changes its meaning. Each has a page on the server, at its
 * very URI (RFC 9457 section 3.1.1), made of the texts that stand here.
 */
enum ProblemType {
    REQUEST_MALFORMED(
            400,
            "The request is malformed.",
            "The bytes that arrived are no HTTP request that this server reads.",
            "Send the request with a common HTTP client, unaltered by what stands "
                    + "between it and the server."),
    PATH_NOT_CANONICAL(
            400,
            "The path is not in its canonical form.",
            "A path has one spelling here: no doubled or trailing slash, no segment of "
                    + "dots, nothing percent-encoded. Other spellings are refused, because two "
                    + "readers could take them for two different paths.",
            "Send the path as the contract writes it."),
    NO_SUCH_OPERATION(
            404,
            "There is no such operation.",
            "The path is not in the contract.",
            "Compare it with the contract at /api/v1/openapi.yaml; paths are " + "case-sensitive."),
    METHOD_NOT_OFFERED(
            405,
            "The method is not offered here.",
            "The path exists and takes other methods.",
            "Use one of the methods in the Allow header of the answer."),
    PARAMETER_REFUSED(
            400,
            "A parameter does not fit the contract.",
            "A parameter in path or query is unknown to the operation, given twice, "
                    + "missing, or of another form than the contract says. Unknown parameters are "
                    + "refused, so that a misspelled filter does not silently widen an answer.",
            "Mend the parameter that errors names, or leave it out."),
    HEADER_REFUSED(
            400,
            "A header does not fit the contract.",
            "A header is of another form than the contract says, is not taken by this "
                    + "operation, or is one that tries to make the request another one.",
            "Mend the header that errors names, or leave it out."),
    MEDIA_TYPE_REFUSED(
            415,
            "The media type is not the one this operation takes.",
            "Each operation that takes a body takes it in one media type.",
            "Send the Content-Type that the contract states."),
    BODY_NOT_TAKEN(
            400,
            "This operation takes no body.",
            "The request has a body where the contract has none.",
            "Send the request without a body."),
    BODY_TOO_LARGE(
            413,
            "The body is too large.",
            "The body is larger than the operator of this server lets a request be.",
            "Send less at a time."),
    BODY_TOO_SLOW(
            408,
            "The body did not arrive in time.",
            "The server waited for the rest of the body and gave up. Nothing was " + "changed.",
            "Send the request again over a better connection."),
    BODY_MALFORMED(
            400,
            "The body cannot be read.",
            "The body is not complete, or is not the strict JSON that is taken here: "
                    + "UTF-8, no member twice, nothing behind the value, no number beyond a "
                    + "double.",
            "Mend the place that errors names."),
    BODY_REFUSED(
            422,
            "The body does not fit the contract.",
            "The body is sound JSON, and a member in it is unknown, missing, or outside "
                    + "what the contract allows.",
            "Mend the members that errors names."),
    AUTHENTICATION_NEEDED(
            401,
            "A valid bearer token is needed.",
            "The request has no token, or one that is unknown, expired or revoked. "
                    + "Which of these it is stands in the audit log and is not told to the "
                    + "caller.",
            "Send Authorization: Bearer with a valid token; an administrator makes new " + "ones."),
    CROSS_SITE(
            403,
            "The request does not come from a page of this server.",
            "A browser says that another site's page made it, or it comes with a session's "
                    + "cookie and without the header that only a page of this server can fill. "
                    + "Browsers add cookies to whatever any page has them send, so a cookie alone "
                    + "is nobody's wish.",
            "In a page of this server, copy the cookie __Host-breakwater-csrf into the header "
                    + "Breakwater-CSRF. Apps use tokens and send neither Origin nor cookies."),
    LOG_IN_REFUSED(
            403,
            "The address or the password is not right.",
            "Which of the two it is, and whether there is such a member, is not told. A "
                    + "disabled member is answered the same.",
            "Type both again; an owner or administrator of the organization can tell "
                    + "whether the address is a member's."),
    ATTEMPT_TOO_SOON(
            429,
            "The next attempt comes too soon.",
            "After a few wrong attempts on an address, or from a source, each next one "
                    + "has to wait longer, up to an hour. A right password is not looked at "
                    + "before that either.",
            "Wait the seconds in Retry-After."),
    SECOND_FACTOR_REFUSED(
            403,
            "The second factor is not right.",
            "The code is wrong, was used before or is too old, the passkey answered another "
                    + "question, or five minutes have passed since the password.",
            "Try the next code; after five minutes, or five wrong answers, log in again."),
    SECOND_FACTOR_NEEDED(
            403,
            "A second factor is needed.",
            "The organization demands a second factor of its members, and this session has "
                    + "proven none. Until then it can see to its member's own account only.",
            "Set one up at /api/v1/me/totp or /api/v1/me/passkeys, or prove the one there is "
                    + "at /api/v1/me/proofs."),
    STEP_UP_NEEDED(
            403,
            "A second factor is needed once more.",
            "The operation is dangerous in the wrong hands, so a person has to prove a "
                    + "second factor for it, some minutes ago at most.",
            "Prove it at /api/v1/me/proofs and send the request again; whoever has no "
                    + "second factor sets one up first."),
    PROVIDER_UNAVAILABLE(
            503,
            "The identity provider cannot be used.",
            "This server could not reach the OpenID Connect provider that its operator has "
                    + "configured, or the provider is not as it was configured. Why stands in "
                    + "the server's log.",
            "Try again later, or log in with your password."),
    PASSWORD_NEEDED(
            403,
            "The password is needed once more.",
            "The operation would let whoever stole a session turn its owner out, so a person "
                    + "without a second factor has to have shown the password for it some minutes "
                    + "ago at most; logging in counts.",
            "Show it at /api/v1/me/proofs and send the request again."),
    SESSION_OVER(
            403,
            "The session is over.",
            "It has expired or was ended, or the refresh token was used before. A refresh "
                    + "token that comes twice ends the session, because one of the two who hold it "
                    + "has stolen it.",
            "Log in again."),
    INVITATION_REFUSED(
            403,
            "The invitation is not valid.",
            "The code is wrong, was used or withdrawn, or has expired. It works once.",
            "Ask whoever invited for a new one."),
    PASSWORD_RESET_REFUSED(
            403,
            "The code is not valid.",
            "The code of a password reset is wrong, was used, has expired, or a later one was "
                    + "made. It works once, within a day.",
            "Ask an administrator or owner of the organization for a new one."),
    SETUP_CODE_REFUSED(
            403,
            "The setup code is not valid.",
            "The code is wrong, has expired, or was used. It works once.",
            "Take the code that the server printed last; a restart of a server without "
                    + "an organization prints a new one when the old one has expired."),
    SOURCE_REFUSED(
            403,
            "The organization does not allow this source.",
            "Who calls is known, and the organization's firewall lets members, or tokens, in "
                    + "from certain networks only; this is none of them.",
            "Call from an allowed network, or let somebody who is in one change the rules."),
    PERMISSION_MISSING(
            403,
            "The token does not permit this operation.",
            "The token is valid, and its role lacks the permission that the contract "
                    + "states for this operation.",
            "Use a token of a role that has it."),
    NOT_FOUND(
            404,
            "There is no such thing.",
            "Nothing with this id exists within the organization of the token. What "
                    + "belongs to another organization looks the same on purpose.",
            "Check the id, and that the token is of the right organization."),
    NAME_TAKEN(
            409,
            "The name is taken.",
            "Another thing of this kind has the name already.",
            "Choose another name."),
    OWNED_BY_ANOTHER(
            409,
            "The device belongs to somebody else.",
            "The label is genuine, and the device on which it stands has an owner, or is kept for "
                    + "somebody who took it over.",
            "Have its owner release it or hand it on; if you bought it, ask whoever sold it."),
    TRANSFER_REFUSED(
            403,
            "The code is not valid.",
            "The code of a transfer is wrong, was used or withdrawn, or has expired. It works "
                    + "once, within a day, for members of the same organization.",
            "Ask whoever owns the device for a new one."),
    SHARE_REFUSED(
            403,
            "The code is not valid.",
            "The code of a share is wrong, was used or withdrawn, or has expired. It works once, "
                    + "within a day, for members of the same organization.",
            "Ask whoever owns the device for a new one."),
    NOT_POSSIBLE_NOW(
            409,
            "It is not possible from where the thing stands.",
            "The thing is in a state from which the step does not lead on; a revoked "
                    + "device, for instance, stays revoked.",
            "Read it again and decide anew."),
    LIMIT_REACHED(
            409,
            "A limit is reached.",
            "The organization or the thing has as much of something as it may have.",
            "Remove what is not needed any more, or ask the operator of the server for "
                    + "a higher limit."),
    METADATA_REFUSED(
            422,
            "The file of metadata is not taken.",
            "A root or a file of targets must follow from the one before it, be signed by enough "
                    + "of the keys that count, and name only releases that may ship. Nothing was "
                    + "changed.",
            "The detail says which rule it breaks; mend that and have it signed again."),
    ARTIFACT_ALTERED(
            422,
            "The artifact has another hash than was announced.",
            "What arrived is not what was announced: bytes were lost or altered on the way, or "
                    + "the file was changed meanwhile. What arrived is gone.",
            "Begin a new upload with the hash of the file as it is."),
    RANGE_REFUSED(
            416,
            "The range lies outside the file.",
            "Nothing of what Range asks for is in the file, which is shorter.",
            "Read the length in Content-Range of the answer, and ask for bytes before it."),
    IDEMPOTENCY_KEY_REUSED(
            409,
            "The Idempotency-Key belongs to another request.",
            "Within 24 hours the same key came with another method, path or body. "
                    + "Nothing was changed.",
            "Use a new key for each new request, and the same key only to repeat one."),
    REQUEST_IN_WORK(
            409,
            "The first request with this Idempotency-Key is still in work.",
            "The request is a repetition, and the first one has not ended yet.",
            "Repeat it after the seconds in Retry-After, with the same key, to be given "
                    + "the answer of the first."),
    OUTCOME_UNKNOWN(
            409,
            "The outcome of the first request is not known.",
            "The server was stopped while the first request with this key was in work, or the "
                    + "session proved something since and cannot open the answer of before. It "
                    + "may have been carried out or not.",
            "Look whether it was; if not, send it with a new key."),
    VERSION_MISMATCH(
            412,
            "The thing was changed since it was read.",
            "If-Match names a version that is not the present one: somebody else was "
                    + "faster. Nothing was changed.",
            "Read it again, decide anew, and send the new ETag."),
    PRECONDITION_NEEDED(
            428,
            "If-Match is needed.",
            "The operation overwrites something, and without If-Match it could undo "
                    + "what somebody else did in the meantime.",
            "Send the ETag that was read in If-Match, or * to overwrite whatever is " + "there."),
    TOO_MANY_REQUESTS(
            429,
            "Too many requests.",
            "The source address, the token or the organization has used up its budget. Each "
                    + "operation takes as much of all three as the contract says, and they are "
                    + "full again after a second.",
            "Come back after the seconds in Retry-After; RateLimit says on each answer "
                    + "which of them ends first and how much is left of it."),
    DEFECT(
            500,
            "The server has a defect.",
            "The server met a condition that its authors did not think of. It is logged "
                    + "under the id in the answer.",
            "Tell the id to whoever runs the server; whether something was changed is "
                    + "best read back."),
    SERVER_BUSY(
            503,
            "The server is busy.",
            "As many requests are in work as the server takes at the same time, or those that "
                    + "came before wait too long. Nothing was changed.",
            "Come back after the seconds in Retry-After."),
    STORAGE_UNAVAILABLE(
            503,
            "The server cannot store anything at the moment.",
            "The database does not answer. What is not on disk is not acknowledged "
                    + "here, so the request is refused.",
            "Try again after the seconds in Retry-After; repeat a POST with the same "
                    + "Idempotency-Key."),
    STORAGE_FULL(
            503,
            "The server's storage is full.",
            "There is no space left for what the request would store. Nothing was " + "changed.",
            "Whoever runs the server has to make space; try again after that.");

    private static final String PAGES = "/api/v1/problems/";

    private final int status;
    private final String title;
    private final String meaning;
    private final String remedy;

    ProblemType(int status, String title, String meaning, String remedy) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /**
     * The type of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static ProblemType parse(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** What has happened, for somebody who reads the page. */
    String meaning() {
        return meaning;
    }

    /** What to do next. */
    String remedy() {
        return remedy;
    }

    /** The name, e.g. {@code not-found}. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The stable identifier, and the place of the page. Relative, as a server has many names. */
    String uri() {
        return PAGES + code();
    }
}
