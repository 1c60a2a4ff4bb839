/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.util.Locale;

/** The kinds of problem; a type never changes its meaning. */
enum ProblemType {
    REQUEST_MALFORMED(400, "The request is malformed."),
    PATH_NOT_CANONICAL(400, "The path is not in its canonical form."),
    NO_SUCH_OPERATION(404, "There is no such operation."),
    METHOD_NOT_OFFERED(405, "The method is not offered here."),
    PARAMETER_REFUSED(400, "A parameter does not fit the contract."),
    HEADER_REFUSED(400, "A header does not fit the contract."),
    MEDIA_TYPE_REFUSED(415, "The media type is not the one this operation takes."),
    BODY_NOT_TAKEN(400, "This operation takes no body."),
    BODY_TOO_LARGE(413, "The body is too large."),
    BODY_TOO_SLOW(408, "The body did not arrive in time."),
    BODY_MALFORMED(400, "The body cannot be read."),
    BODY_REFUSED(422, "The body does not fit the contract."),
    AUTHENTICATION_NEEDED(401, "A valid bearer token is needed."),
    LOG_IN_REFUSED(403, "The address or the password is not right."),
    ATTEMPT_TOO_SOON(429, "The next attempt comes too soon."),
    SESSION_OVER(403, "The session is over."),
    INVITATION_REFUSED(403, "The invitation is not valid."),
    SETUP_CODE_REFUSED(403, "The setup code is not valid."),
    PERMISSION_MISSING(403, "The token does not permit this operation."),
    NOT_FOUND(404, "There is no such thing."),
    NAME_TAKEN(409, "The name is taken."),
    NOT_POSSIBLE_NOW(409, "It is not possible from where the thing stands."),
    LIMIT_REACHED(409, "A limit is reached."),
    IDEMPOTENCY_KEY_REUSED(409, "The Idempotency-Key belongs to another request."),
    REQUEST_IN_WORK(409, "The first request with this Idempotency-Key is still in work."),
    OUTCOME_UNKNOWN(409, "The outcome of the first request is not known."),
    VERSION_MISMATCH(412, "The thing was changed since it was read."),
    PRECONDITION_NEEDED(428, "If-Match is needed."),
    TOO_MANY_REQUESTS(429, "Too many requests."),
    DEFECT(500, "The server has a defect."),
    SERVER_BUSY(503, "The server is busy."),
    STORAGE_UNAVAILABLE(503, "The server cannot store anything at the moment."),
    STORAGE_FULL(503, "The server's storage is full.");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** The stable name. */
    String urn() {
        return "urn:breakwater:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
