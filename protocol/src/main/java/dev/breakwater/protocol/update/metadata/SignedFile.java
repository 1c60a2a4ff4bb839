/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of metadata that was read, and what it says: believed by nobody until {@link #verifiedBy}
 * has returned.
 *
 * <pre>{@code
 * Root root = MetadataReader.root(bytes).verifiedBy(trusted.keysOf(TopRole.ROOT));
 * }</pre>
 */
public final class SignedFile<T extends Metadata> {

    private final byte[] bytes;
    private final ObjectNode signed;
    private final byte[] canonical;
    private final List<FileSignature> signatures;
    private final T content;
    private final String noun;

    SignedFile(
            byte[] bytes,
            ObjectNode signed,
            List<FileSignature> signatures,
            T content,
            String noun) {
        this.bytes = bytes.clone();
        this.signed = signed;
        this.canonical = CanonicalJson.of(signed);
        this.signatures = List.copyOf(signatures);
        this.content = content;
        this.noun = noun;
    }

    /** The file to the byte. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** What it says, which anybody may have written. */
    public T unverified() {
        return content;
    }

    /** What it says, if enough of these keys have signed it. */
    public T verifiedBy(RoleKeys keys) throws WrongSignatures {
        keys.requireSigned(canonical, signatures, noun);
        return content;
    }

    /** What is signed: the canonical form of everything in it, known or not. */
    public byte[] signedBytes() {
        return canonical.clone();
    }

    ObjectNode signed() {
        return signed;
    }

    List<FileSignature> signatures() {
        return signatures;
    }
}
