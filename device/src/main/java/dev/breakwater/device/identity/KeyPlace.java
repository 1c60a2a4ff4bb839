/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.nio.file.Path;

/** Where a product decided that its devices' keys live. */
public sealed interface KeyPlace {

    /**
     * Opens the place.
     *
     * @param storage the device's storage
     * @param serial the device's own, which tells its keys in a token from those of others
     * @throws KeyUnavailable if it is a token that cannot be used
     */
    DeviceKeys open(SealedStorage storage, DeviceSerial serial) throws IOException;

    /** In sealed storage, for devices without a cryptoprocessor. */
    record SealedFile() implements KeyPlace {

        @Override
        public DeviceKeys open(SealedStorage storage, DeviceSerial serial) {
            return new SealedFileKeys(storage);
        }
    }

    /**
     * In a PKCS#11 token: a secure element, an HSM, or a TPM through tpm2-pkcs11.
     *
     * @param library the PKCS#11 module, a shared library; an absolute path
     * @param slot which of the module's slots, counted from 0
     * @param pinFile a file with the user PIN, which only its owner may read; an absolute path
     */
    record Pkcs11Token(Path library, int slot, Path pinFile) implements KeyPlace {

        /** Refuses relative paths, and what would break out of a line of configuration. */
        public Pkcs11Token {
            if (!library.isAbsolute() || library.toString().matches("(?s).*[\\s\"$].*")) {
                throw new IllegalArgumentException(
                        "a PKCS#11 library is an absolute path without blank, quote or dollar");
            }
            if (slot < 0) {
                throw new IllegalArgumentException("a slot is counted from 0, not " + slot);
            }
            if (!pinFile.isAbsolute()) {
                throw new IllegalArgumentException("a PIN file is an absolute path");
            }
        }

        @Override
        public DeviceKeys open(SealedStorage storage, DeviceSerial serial) throws KeyUnavailable {
            return new GuardedKeys(storage, Pkcs11Keys.open(this, serial));
        }
    }

    /**
     * In a TPM 2.0, which can also attest them to the server. What the TPM gives out of a key lies
     * in the device's storage and is useless without it.
     *
     * @param device the character device of the kernel's resource manager, normally {@code
     *     /dev/tpmrm0}, or the socket of a TPM in software; an absolute path
     */
    record Tpm(Path device) implements KeyPlace {

        /** Where Linux has it. */
        public static final Path USUAL = Path.of("/dev/tpmrm0");

        /** Refuses relative paths. */
        public Tpm {
            if (!device.isAbsolute()) {
                throw new IllegalArgumentException("a TPM's device is an absolute path");
            }
        }

        @Override
        public DeviceKeys open(SealedStorage storage, DeviceSerial serial) throws KeyUnavailable {
            return TpmKeys.open(this, storage);
        }
    }
}
