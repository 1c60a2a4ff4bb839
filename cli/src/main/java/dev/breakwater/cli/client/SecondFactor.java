/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Keyboard;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the proof of a second factor comes from: what the command line or the environment says, or
 * else whoever sits at the terminal, who may mistype it twice. Who has none shows the password.
 */
public final class SecondFactor {

    private static final String PROMPT = "Six digits of your authenticator app, or a recovery code";
    private static final int ATTEMPTS_MAX = 3;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{6}");
    private static final Pattern RECOVERY_CODE = Pattern.compile("[A-Za-z0-9-]{24,36}");

    private final Supplier<Optional<String>> given;
    private final Keyboard keyboard;

    /**
     * Asks as it must.
     *
     * @param given what was said beforehand
     */
    public SecondFactor(Supplier<Optional<String>> given, Keyboard keyboard) {
        this.given = given;
        this.keyboard = keyboard;
    }

    /** Nobody can be asked, so that what was said beforehand must do. */
    public static SecondFactor known(Supplier<Optional<String>> given) {
        return new SecondFactor(given, new Nobody());
    }

    /**
     * Shows a proof to the server, and another one while it is refused and there is somebody to
     * ask.
     *
     * @param attempt shows one; empty if the server refuses it as wrong
     * @param pipes whether a script's next line on standard input is the proof
     * @return the server's answer; empty if there is nobody to ask
     */
    Optional<ApiAnswer> prove(Function<ObjectNode, Optional<ApiAnswer>> attempt, boolean pipes) {
        Optional<String> said = given.get();
        if (said.isEmpty() && !keyboard.isAttended() && !pipes) {
            return Optional.empty();
        }
        for (int left = ATTEMPTS_MAX; left > 0; left--) {
            Optional<ApiAnswer> answer =
                    attempt.apply(proof(said.orElseGet(() -> keyboard.secret(PROMPT))));
            if (answer.isPresent()) {
                return answer;
            }
            if (said.isPresent() || !keyboard.isAttended()) {
                break;
            }
        }
        throw new CommandFailed(
                ExitCode.REFUSED,
                "the second factor is not right: wrong, used before or too old; wait for the next"
                        + " six digits");
    }

    /**
     * Shows the password once more, for want of a second factor, and again while it is wrong.
     *
     * @param attempt shows one; empty if the server refuses it as wrong
     * @return the server's answer; empty if there is nobody to ask
     */
    Optional<ApiAnswer> showPassword(Function<String, Optional<ApiAnswer>> attempt) {
        if (!keyboard.isAttended()) {
            return Optional.empty();
        }
        for (int left = ATTEMPTS_MAX; left > 0; left--) {
            Optional<ApiAnswer> answer = attempt.apply(keyboard.secret("Your password once more"));
            if (answer.isPresent()) {
                return answer;
            }
        }
        throw new CommandFailed(ExitCode.REFUSED, "the password is not right; nothing was changed");
    }

    private static ObjectNode proof(String typed) {
        String text = typed.replace(" ", "");
        ObjectNode proof = JsonNodeFactory.instance.objectNode();
        if (DIGITS.matcher(text).matches()) {
            return proof.put("totp", text);
        }
        if (RECOVERY_CODE.matcher(text).matches()) {
            return proof.put("recoveryCode", text);
        }
        throw new CommandFailed(
                ExitCode.USAGE, "a second factor is six digits, or a recovery code of 24 letters");
    }

    private record Nobody() implements Keyboard {

        @Override
        public boolean isAttended() {
            return false;
        }

        @Override
        public String secret(String prompt) {
            throw new IllegalStateException("nobody is to be asked for " + prompt);
        }

        @Override
        public String line(String prompt) {
            throw new IllegalStateException("nobody is to be asked for " + prompt);
        }
    }
}
