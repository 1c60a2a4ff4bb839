/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.ca.token.TokenSession;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.MetadataSigner;
import dev.breakwater.protocol.update.metadata.SignatureScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of ECDSA on P-256 in a PKCS#11 token, made inside as sensitive and not extractable; it
 * signs inside.
 *
 * @param uri which key
 */
record TokenKey(TokenUri uri) {

    private static final Pattern ANSWER = Pattern.compile("CKR_[A-Z0-9_]+");

    private record Inside(MetadataKey key, PrivateKey handle, Provider provider)
            implements MetadataSigner {

        @Override
        public byte[] sign(byte[] message) throws GeneralSecurityException {
            Signature signature =
                    Signature.getInstance(SignatureScheme.ECDSA_P256.algorithm(), provider);
            signature.initSign(handle);
            signature.update(message);
            return signature.sign();
        }
    }

    private interface Use<T> {
        T with(TokenSession token) throws GeneralSecurityException, IOException;
    }

    /** Opens it to sign with. */
    SigningKey open(Keyboard keyboard) {
        return use(keyboard, this::find);
    }

    private SigningKey find(TokenSession token) throws GeneralSecurityException {
        TokenSession.Held held =
                token.find(uri.object())
                        .orElseThrow(
                                () ->
                                        new CommandFailed(
                                                ExitCode.REFUSED,
                                                ("token %s holds no key with a certificate that is called"
                                                                + " %s; breakwater release keys new makes one")
                                                        .formatted(uri.token(), uri.object())));
        try {
            MetadataKey key = MetadataKey.of(SignatureScheme.ECDSA_P256, held.publicKey());
            return new SigningKey(
                    new Inside(key, held.handle(), token.provider()), held.publicKey());
        } catch (IllegalArgumentException otherCurve) {
            throw new CommandFailed(
                    ExitCode.USAGE, "the %s is none of ECDSA on P-256".formatted(uri), otherCurve);
        }
    }

    /** Makes it inside the token; one of that name is not replaced. */
    SigningKey create(Keyboard keyboard) {
        return use(
                keyboard,
                token -> {
                    if (token.holds(uri.object())) {
                        throw new CommandFailed(
                                ExitCode.CANNOT_START,
                                "the %s is there already and is not replaced".formatted(uri));
                    }
                    token.make(uri.object(), "a key that signs releases");
                    return find(token);
                });
    }

    private <T> T use(Keyboard keyboard, Use<T> use) {
        if (!Files.isReadable(uri.module())) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, "there is no PKCS#11 module " + uri.module());
        }
        int slot = slot();
        char[] pin = pin(keyboard);
        try {
            return use.with(TokenSession.logIn("breakwater-release", uri.module(), slot, pin));
        } catch (CommandFailed told) {
            throw told;
        } catch (GeneralSecurityException | IOException | RuntimeException refused) {
            throw refused(refused);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private CommandFailed refused(Exception cause) {
        String answer = answerIn(cause);
        String meaning =
                switch (answer) {
                    case "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE" ->
                            "its PIN is wrong, and a few wrong ones lock it";
                    case "CKR_PIN_LOCKED" ->
                            "its PIN is locked after too many wrong ones; its security officer"
                                    + " unlocks it";
                    case "CKR_DEVICE_MEMORY" -> "it is full";
                    default -> answer;
                };
        return new CommandFailed(
                ExitCode.REFUSED, "the %s cannot be used: %s".formatted(uri, meaning), cause);
    }

    private static String answerIn(Throwable failure) {
        String last = failure.toString();
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 32; depth++) {
            Matcher answer = ANSWER.matcher(String.valueOf(cause.getMessage()));
            if (answer.find()) {
                return answer.group();
            }
            last = cause.toString();
            cause = cause.getCause();
        }
        return last;
    }

    private int slot() {
        try {
            List<Integer> slots = TokenSlots.of(uri.module(), uri.token());
            if (slots.size() == 1) {
                return slots.getFirst();
            }
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    slots.isEmpty()
                            ? "%s has no token with the label %s"
                                    .formatted(uri.module(), uri.token())
                            : "%s has %d tokens with the label %s: take the others out"
                                    .formatted(uri.module(), slots.size(), uri.token()));
        } catch (IllegalStateException | IllegalArgumentException silent) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "%s cannot be asked for its tokens: %s"
                            .formatted(uri.module(), silent.getMessage()),
                    silent);
        }
    }

    private char[] pin(Keyboard keyboard) {
        SecretText pin =
                uri.pinSource().isPresent()
                        ? Secrets.in(uri.pinSource().get(), "PIN")
                        : Secrets.of(keyboard.secret("PIN of token " + uri.token()), "PIN");
        char[] characters = pin.copy();
        pin.destroy();
        return characters;
    }
}
