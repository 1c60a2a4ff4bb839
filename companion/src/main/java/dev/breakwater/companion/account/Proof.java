/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What an owner shows to prove who they are. Never printed. */
public sealed interface Proof {

    /**
     * The digits of an authenticator app.
     *
     * @param digits six of them
     */
    record Totp(String digits) implements Proof {

        /** Refuses any other form, and quotes none of it. */
        public Totp {
            if (!digits.matches("[0-9]{6}")) {
                throw new IllegalArgumentException("an authenticator app shows six digits");
            }
        }

        @Override
        public String toString() {
            return "Totp[REDACTED]";
        }
    }

    /**
     * A recovery code, good once.
     *
     * @param text 24 letters and digits, in groups or not
     */
    record RecoveryCode(String text) implements Proof {

        /** Refuses any other form, and quotes none of it. */
        public RecoveryCode {
            if (!text.matches("[A-Za-z0-9-]{24,36}")) {
                throw new IllegalArgumentException("a recovery code has 24 letters and digits");
            }
        }

        @Override
        public String toString() {
            return "RecoveryCode[REDACTED]";
        }
    }

    /** The password, of an owner without a second factor. */
    record Password(String text) implements Proof {

        @Override
        public String toString() {
            return "Password[REDACTED]";
        }
    }

    /**
     * A second factor as somebody typed it: blanks do not matter.
     *
     * @throws IllegalArgumentException if it is neither six digits nor a recovery code
     */
    static Proof secondFactor(String typed) {
        String text = typed.replace(" ", "");
        return text.length() <= 6 ? new Totp(text) : new RecoveryCode(text);
    }

    /** As {@code SecondFactorProof} of the contract. */
    private ObjectNode factor() {
        ObjectNode proof = JsonNodeFactory.instance.objectNode();
        return switch (this) {
            case Totp(var digits) -> proof.put("totp", digits);
            case RecoveryCode(var text) -> proof.put("recoveryCode", text);
            case Password _ -> throw new IllegalArgumentException("a password is no second factor");
        };
    }

    /** As {@code StepUp} of the contract. */
    private ObjectNode stepUp() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (this instanceof Password(var text)) {
            return body.put("password", text);
        }
        body.set("proof", factor());
        return body;
    }

    /** The body that answers the question of a log-in. */
    static ObjectNode answering(String challenge, Proof proof) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("challenge", challenge);
        body.set("proof", proof.factor());
        return body;
    }

    /** The body that proves within a session. */
    static ObjectNode within(Proof proof) {
        return proof.stepUp();
    }
}
