/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes to the readers of all four kinds: a refusal, or a content that is read as the same
 * again when it is written. Nobody's key signs any of it.
 */
class MetadataReaderFuzzTest {

    private static final RoleKeys STRANGER = new RoleKeys(List.of(Repository.ed25519().key()), 1);

    @FunctionalInterface
    private interface Reader {
        SignedFile<? extends Metadata> read(byte[] file) throws MalformedMetadata;
    }

    private static final List<Reader> READERS =
            List.of(
                    MetadataReader::root,
                    MetadataReader::timestamp,
                    MetadataReader::snapshot,
                    MetadataReader::targets);

    @FuzzTest(maxDuration = "24h")
    void readsAnyBytesOrRefusesThem(byte[] bytes) throws Exception {
        for (Reader reader : READERS) {
            SignedFile<? extends Metadata> read;
            try {
                read = reader.read(bytes);
            } catch (MalformedMetadata _) {
                continue;
            }
            require(Arrays.equals(read.bytes(), bytes));
            byte[] written = MetadataWriter.sign(read.unverified(), List.of());
            SignedFile<? extends Metadata> again = reader.read(written);
            require(again.unverified().equals(read.unverified()));
            requireUnsigned(read);
        }
    }

    private static void requireUnsigned(SignedFile<?> read) {
        try {
            throw new AssertionError("signed by a stranger: " + read.verifiedBy(STRANGER));
        } catch (WrongSignatures expected) {
            require(expected.getMessage() != null);
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("a file is not read as what it was written as");
        }
    }
}
