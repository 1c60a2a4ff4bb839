/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Why a server refused.
 *
 * @param kind what an app may branch on
 * @param sentence for the owner: what was refused and what to do next
 * @param retryAfter how long the server asks to wait, if it does
 */
public record Refusal(Kind kind, String sentence, Optional<Duration> retryAfter) {

    /** The most of the server's own words that a sentence quotes. */
    public static final int CHARS_MAX = 500;

    /** What an app may branch on. */
    public enum Kind {
        /** The device has another owner, or is kept for somebody who took it over. */
        OWNED_BY_ANOTHER,
        /** No maker has entered this label at this server. */
        LABEL_UNKNOWN,
        /** There is no such thing among what is the owner's. */
        NOT_FOUND,
        /** The address or the password is wrong; which of them is not told. */
        LOG_IN_REFUSED,
        /** The digits or the recovery code are wrong, used or too old. */
        PROOF_REFUSED,
        /** The code of a transfer is wrong, used, withdrawn or too old. */
        TRANSFER_REFUSED,
        /** The code of a share is wrong, used, withdrawn or too old. */
        SHARE_REFUSED,
        /** Somebody else was faster: read again, and decide anew. */
        CHANGED_MEANWHILE,
        /** The device is in a state from which this is not possible. */
        NOT_POSSIBLE_NOW,
        /** The owner has as much of something as they may have. */
        LIMIT_REACHED,
        /** The owner's role, or where they are, does not permit it. */
        NOT_PERMITTED,
        /** Later it may work: the server is busy, or asks to wait. */
        LATER,
        /** What was sent does not fit the contract, or the server has a defect. */
        OTHER
    }

    /** Reads a problem document (RFC 9457). */
    static Refusal of(int status, JsonNode problem, Optional<Duration> retryAfter) {
        String type = Refusal.type(problem);
        Kind kind = kind(type, status);
        return new Refusal(kind, sentence(kind, problem) + wait(retryAfter), retryAfter);
    }

    /** The end of a problem's type, or nothing. */
    static String type(JsonNode problem) {
        String uri = problem.path("type").asString("");
        return uri.substring(uri.lastIndexOf('/') + 1);
    }

    /** The same where what does not exist is a label. */
    Refusal aboutLabel() {
        return kind == Kind.NOT_FOUND
                ? new Refusal(
                        Kind.LABEL_UNKNOWN,
                        "This server does not know the label: its maker has not entered it here."
                                + " Ask whoever made or sold the device which server it is for.",
                        retryAfter)
                : this;
    }

    private static Kind kind(String type, int status) {
        return switch (type) {
            case "owned-by-another" -> Kind.OWNED_BY_ANOTHER;
            case "not-found", "no-such-operation" -> Kind.NOT_FOUND;
            case "log-in-refused" -> Kind.LOG_IN_REFUSED;
            case "second-factor-refused" -> Kind.PROOF_REFUSED;
            case "transfer-refused" -> Kind.TRANSFER_REFUSED;
            case "share-refused" -> Kind.SHARE_REFUSED;
            case "version-mismatch" -> Kind.CHANGED_MEANWHILE;
            case "not-possible-now", "request-in-work", "outcome-unknown" -> Kind.NOT_POSSIBLE_NOW;
            case "limit-reached" -> Kind.LIMIT_REACHED;
            case "permission-missing", "source-refused", "second-factor-needed" ->
                    Kind.NOT_PERMITTED;
            default -> status == 429 || status == 503 ? Kind.LATER : Kind.OTHER;
        };
    }

    private static String sentence(Kind kind, JsonNode problem) {
        return switch (kind) {
            case OWNED_BY_ANOTHER ->
                    "The device belongs to somebody else. Its owner has to give it back or hand it"
                            + " on; if you bought it, ask whoever sold it.";
            case LABEL_UNKNOWN, NOT_FOUND ->
                    "There is no such thing among what is yours; it may have been given away.";
            case LOG_IN_REFUSED -> "The address or the password is not right.";
            case PROOF_REFUSED ->
                    "The second factor is not right: wrong, used before or too old. Wait for the"
                            + " next six digits.";
            case TRANSFER_REFUSED, SHARE_REFUSED ->
                    "The code is not good: wrong, used before, taken back or older than a day. Ask"
                            + " whoever owns the device for a new one.";
            case CHANGED_MEANWHILE ->
                    "It was changed by somebody else meanwhile: look at it again, then decide.";
            case LATER -> "The server takes no more at this moment; nothing was changed.";
            case NOT_POSSIBLE_NOW, LIMIT_REACHED, NOT_PERMITTED -> words(problem);
            case OTHER -> "The server did not do what the app asked: " + words(problem);
        };
    }

    /** The server's own words, fit for a screen. */
    private static String words(JsonNode problem) {
        String title = problem.path("title").asString("");
        String detail = problem.path("detail").asString("");
        String words = detail.isEmpty() ? title : detail;
        String line = words.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ").strip();
        if (line.isEmpty()) {
            return "it gave no reason.";
        }
        return line.length() > CHARS_MAX ? line.substring(0, CHARS_MAX) + "…" : line;
    }

    private static String wait(Optional<Duration> retryAfter) {
        return retryAfter.map(time -> " Try again in " + time.toSeconds() + " s.").orElse("");
    }
}
