/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes and signs files of metadata. What is written is what {@link MetadataReader} reads; every
 * signature is tried with the public key before it is put in, so that a token with another key, or
 * one that signs wrongly, is noticed by who signs and not by every device.
 *
 * <pre>{@code
 * byte[] file = MetadataWriter.sign(root, List.of(alice));
 * file = MetadataWriter.addSignature(MetadataReader.root(file), bob);
 * }</pre>
 */
public final class MetadataWriter {

    private MetadataWriter() {}

    /**
     * The file, signed by all of these, of whom there may be none yet.
     *
     * @throws GeneralSecurityException if a key's place did not sign, or signed with another key
     */
    public static byte[] sign(Metadata metadata, Collection<? extends MetadataSigner> signers)
            throws GeneralSecurityException {
        ObjectNode signed = MetadataForm.of(metadata);
        List<FileSignature> signatures = new ArrayList<>();
        for (MetadataSigner signer : signers) {
            add(signer, CanonicalJson.of(signed), signatures);
        }
        return write(signed, signatures);
    }

    /**
     * The same file with one more signature, in the place of an earlier one by that key. What is
     * signed stays to the byte what it was, members that are not known here included.
     *
     * @throws GeneralSecurityException if the key's place did not sign, or signed with another key
     */
    public static byte[] addSignature(SignedFile<?> file, MetadataSigner signer)
            throws GeneralSecurityException {
        List<FileSignature> signatures = new ArrayList<>(file.signatures());
        signatures.removeIf(signature -> signature.keyId().equals(signer.key().id()));
        add(signer, file.signedBytes(), signatures);
        return write(file.signed(), signatures);
    }

    private static void add(MetadataSigner signer, byte[] message, List<FileSignature> signatures)
            throws GeneralSecurityException {
        byte[] signature = signer.sign(message);
        if (!signer.key().hasSigned(message, signature)) {
            throw new GeneralSecurityException(
                    "what was signed does not verify with the key " + signer.key().id());
        }
        signatures.add(new FileSignature(signer.key().id(), HexFormat.of().formatHex(signature)));
    }

    private static byte[] write(ObjectNode signed, List<FileSignature> signatures) {
        ObjectNode file = MetadataJson.newObject();
        ArrayNode entries = file.putArray("signatures");
        for (FileSignature signature : signatures) {
            ObjectNode entry = entries.addObject();
            entry.put("keyid", signature.keyId().hex());
            entry.put("sig", signature.hex());
        }
        file.set("signed", signed);
        return MetadataJson.write(file);
    }
}
