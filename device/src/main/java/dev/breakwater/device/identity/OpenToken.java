/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token, opened anew for each use: what it holds is read from it each time, so that a token which
 * was emptied, taken out or exchanged is noticed, and one that came back is logged in to again. A
 * PIN that the token refused is not tried again by this process: a few wrong ones lock a token.
 */
final class OpenToken {

    /** How the token is asked to make a key. */
    enum Making {
        /** As an object of this session first, so that a power cut leaves nothing. */
        IN_SESSION(
                """
                attributes(generate, CKO_PRIVATE_KEY, *) = {
                  CKA_TOKEN = false
                  CKA_SIGN = true
                  CKA_DECRYPT = false
                  CKA_UNWRAP = false
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                }
                attributes(generate, CKO_PUBLIC_KEY, *) = {
                  CKA_TOKEN = false
                  CKA_VERIFY = true
                }
                """),
        /** In its final place at once: tpm2-pkcs11 knows no other way, and fewer attributes. */
        IN_PLACE(
                """
                attributes(generate, CKO_PRIVATE_KEY, *) = {
                  CKA_TOKEN = true
                  CKA_SIGN = true
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                }
                attributes(generate, CKO_PUBLIC_KEY, *) = {
                  CKA_TOKEN = true
                }
                """);

        private final String attributes;

        Making(String attributes) {
            this.attributes = attributes;
        }
    }

    /** Something done with an open token. */
    interface Use<T> {
        T with(KeyStore objects, Provider provider) throws GeneralSecurityException, IOException;
    }

    private static final int PIN_BYTES_MAX = 256;
    private static final Pattern ANSWER = Pattern.compile("CKR_[A-Z0-9_]+");

    private final KeyPlace.Pkcs11Token place;
    private final Map<Making, Provider> providers = new EnumMap<>(Making.class);
    private boolean pinRefused;

    OpenToken(KeyPlace.Pkcs11Token place) {
        this.place = place;
    }

    /**
     * Opens the token and uses it.
     *
     * @param purpose what for, as in "cannot {purpose}"
     */
    synchronized <T> T use(String purpose, Making making, Use<T> use) throws KeyUnavailable {
        if (pinRefused) {
            throw new KeyUnavailable(
                    "%s refused the PIN in %s: correct it and start again"
                            .formatted(this, place.pinFile()));
        }
        char[] pin = pin();
        try {
            Provider provider = provider(making);
            KeyStore objects = KeyStore.getInstance("PKCS11", provider);
            objects.load(null, pin);
            return use.with(objects, provider);
        } catch (KeyUnavailable told) {
            throw told;
        } catch (GeneralSecurityException | IOException | RuntimeException refused) {
            String answer = answerIn(refused);
            pinRefused |= answer.startsWith("CKR_PIN_");
            throw new KeyUnavailable(
                    "cannot %s in %s: %s".formatted(purpose, this, meaning(answer)), refused);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    /** The token's own word for what went wrong, or what little else there is to say. */
    static String answerIn(Throwable failure) {
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

    private String meaning(String answer) {
        return switch (answer) {
            case "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE" ->
                    "the PIN in %s is wrong (%s); it is not tried again until a restart"
                            .formatted(place.pinFile(), answer);
            case "CKR_PIN_LOCKED" ->
                    "its PIN is locked after too many wrong ones; its security officer unlocks it";
            case "CKR_DEVICE_MEMORY" ->
                    "it is full (%s): remove what it holds and nobody uses".formatted(answer);
            case "CKR_TOKEN_NOT_PRESENT", "CKR_DEVICE_REMOVED", "CKR_SLOT_ID_INVALID" ->
                    "there is no token (%s)".formatted(answer);
            default -> answer;
        };
    }

    private Provider provider(Making making) throws KeyUnavailable {
        if (!Files.isReadable(place.library())) {
            throw new KeyUnavailable("there is no PKCS#11 module " + place.library());
        }
        @Nullable Provider known = providers.get(making);
        if (known != null) {
            return known;
        }
        // The dashes say that this is the configuration itself and not the name of a file.
        Provider configured =
                Security.getProvider("SunPKCS11")
                        .configure(
                                """
                                --name = breakwater-device
                                library = %s
                                slotListIndex = %d
                                showInfo = false
                                %s"""
                                        .formatted(
                                                place.library(), place.slot(), making.attributes));
        providers.put(making, configured);
        return configured;
    }

    private char[] pin() throws KeyUnavailable {
        Path file = place.pinFile();
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            if (!Set.of(OWNER_READ, OWNER_WRITE).containsAll(Files.getPosixFilePermissions(file))) {
                throw new KeyUnavailable(
                        "the PIN file %s may be used by others than its owner: chmod 600 it"
                                .formatted(file));
            }
            content = in.readNBytes(PIN_BYTES_MAX + 1);
        } catch (KeyUnavailable told) {
            throw told;
        } catch (IOException unreadable) {
            throw new KeyUnavailable("the PIN file " + file + " cannot be read", unreadable);
        }
        int length = content.length;
        while (length > 0 && (content[length - 1] == '\n' || content[length - 1] == '\r')) {
            length--;
        }
        try {
            if (length == 0 || length > PIN_BYTES_MAX) {
                throw new KeyUnavailable(
                        "the PIN file %s holds no PIN of 1 to %d bytes"
                                .formatted(file, PIN_BYTES_MAX));
            }
            CharBuffer decoded = UTF_8.decode(ByteBuffer.wrap(content, 0, length));
            char[] pin = new char[decoded.remaining()];
            decoded.get(pin);
            Arrays.fill(decoded.array(), '\0');
            return pin;
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "slot " + place.slot() + " of " + place.library();
    }
}
