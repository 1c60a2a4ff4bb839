/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.device.tpm.TpmFailure;
import dev.breakwater.device.tpm.WrappedKey;
import java.io.Serial;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SignatureException;

/** A handle to a private key that a TPM made and that only this TPM can use. */
final class TpmKey extends TokenKey {

    @Serial private static final long serialVersionUID = 1;

    private final transient Tpm tpm;
    private final transient WrappedKey wrapped;

    TpmKey(String name, Tpm tpm, WrappedKey wrapped) {
        super("key %s in the %s".formatted(name, tpm));
        this.tpm = tpm;
        this.wrapped = wrapped;
    }

    WrappedKey wrapped() {
        return wrapped;
    }

    @Override
    byte[] sign(byte[] content) throws SignatureException {
        try {
            return tpm.sign(wrapped, MessageDigest.getInstance("SHA-256").digest(content));
        } catch (TpmFailure refused) {
            throw new SignatureException(
                    new KeyUnavailable(
                            "%s does not sign: %s".formatted(description(), refused.getMessage()),
                            refused));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SignatureException(
                    new KeyUnavailable(description() + " was not awaited", stopped));
        } catch (NoSuchAlgorithmException impossible) {
            throw new SignatureException("this JDK has no SHA-256", impossible);
        }
    }
}
