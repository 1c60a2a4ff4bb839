/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

/**
 * Something that a rule has matched. All texts are bytes as characters of ISO 8859-1.
 *
 * @param path of the file within its container
 * @param match all that was matched
 * @param secret the part of it that is the secret
 * @param line the line or lines that the match stands on
 * @param time throws when there is no more time to judge it
 */
public record Candidate(String path, String match, String secret, String line, Runnable time) {

    /** Never the secret. */
    @Override
    public String toString() {
        return "candidate [REDACTED]";
    }

    CharSequence text(Allowlist.Target target) {
        String text =
                switch (target) {
                    case SECRET -> secret;
                    case MATCH -> match;
                    case LINE -> line;
                };
        return new TimedText(text, time);
    }

    CharSequence timedPath() {
        return new TimedText(path, time);
    }
}
