/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.attestation.Marshalled;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The commands of one use of a TPM (Part 3, the section of each). What it loads it unloads at its
 * end: a TPM without resource manager has room for three keys.
 */
final class TpmUse implements AutoCloseable {

    static final int OWNER = 0x40000001;
    static final int ENDORSEMENT = 0x4000000B;

    private static final int NULL = 0x40000007;
    private static final int PASSWORD = 0x40000009;
    private static final int CONTINUE_SESSION = 1;
    private static final int POLICY = 1;
    private static final int SHA256 = 0x000B;
    private static final int ECDSA = 0x0018;
    private static final int NONE = 0x0010;
    private static final int HASH_CHECK = 0x8024;

    static final int STRUCTURE_BYTES_MAX = 1024;
    private static final int COORDINATE_BYTES_MAX = 32;

    /** Every TPM seals so much (MAX_SYM_DATA). */
    static final int SEALED_BYTES_MAX = 128;

    private final TpmConnection connection;
    private final Deque<Integer> loaded = new ArrayDeque<>();

    private TpmUse(TpmConnection connection) {
        this.connection = connection;
    }

    static TpmUse of(Path place) throws TpmFailure, InterruptedException {
        return new TpmUse(TpmConnection.open(place));
    }

    /** A key in the TPM's memory. */
    record Loaded(int handle, Marshalled publicArea) {}

    /** Section 24.1. */
    Loaded createPrimary(int hierarchy, Template template) throws TpmFailure, InterruptedException {
        Unmarshaller answer =
                connection.exchange(
                        Command.CREATE_PRIMARY,
                        true,
                        new Marshaller()
                                .u32(hierarchy)
                                .raw(passwords(1))
                                .raw(making(template))
                                .bytes());
        int handle = keep(answer.u32());
        parameters(answer);
        byte[] made = publicArea(answer);
        var _ = template.publicKey(made);
        return new Loaded(handle, marshalled(made));
    }

    /** Section 12.1. */
    WrappedKey create(Loaded parent, Template template) throws TpmFailure, InterruptedException {
        Created created = created(parent, making(template));
        var _ = template.publicKey(created.publicArea());
        return new WrappedKey(marshalled(created.publicArea()), marshalled(created.privateArea()));
    }

    /** Section 12.1, for content: a TPM2B_PRIVATE and a TPM2B_PUBLIC. */
    byte[] seal(Loaded parent, byte[] content) throws TpmFailure, InterruptedException {
        Created created = created(parent, making(Template.sealed(), content));
        var _ = Template.sealed().requireMade(created.publicArea());
        return new Marshaller().sized(created.privateArea()).sized(created.publicArea()).bytes();
    }

    /** What was made below a parent, as it came. */
    @SuppressWarnings("ArrayRecordComponent") // handed on and never compared
    private record Created(byte[] privateArea, byte[] publicArea) {}

    private Created created(Loaded parent, byte[] making) throws TpmFailure, InterruptedException {
        Unmarshaller answer =
                connection.exchange(
                        Command.CREATE,
                        true,
                        new Marshaller()
                                .u32(parent.handle())
                                .raw(passwords(1))
                                .raw(making)
                                .bytes());
        parameters(answer);
        byte[] privateArea = answer.sized(WrappedKey.PRIVATE_BYTES_MAX);
        return new Created(privateArea, publicArea(answer));
    }

    /** Section 12.7; what was not sealed by this TPM does not load. */
    byte[] unseal(Loaded parent, byte[] sealed) throws TpmFailure, InterruptedException {
        Unmarshaller halves = Unmarshaller.of(sealed);
        byte[] privateArea = halves.sized(WrappedKey.PRIVATE_BYTES_MAX);
        byte[] publicArea = publicArea(halves);
        halves.requireEnd();
        var _ = Template.sealed().requireMade(publicArea);
        Loaded content =
                load(parent, new WrappedKey(marshalled(publicArea), marshalled(privateArea)));
        Unmarshaller answer =
                connection.exchange(
                        Command.UNSEAL,
                        true,
                        new Marshaller().u32(content.handle()).raw(passwords(1)).bytes());
        parameters(answer);
        return answer.sized(SEALED_BYTES_MAX);
    }

    /** The commands about the TPM's own memory. */
    NvUse memory() {
        return new NvUse(connection);
    }

    /** Section 12.2. */
    Loaded load(Loaded parent, WrappedKey key) throws TpmFailure, InterruptedException {
        Unmarshaller answer =
                connection.exchange(
                        Command.LOAD,
                        true,
                        new Marshaller()
                                .u32(parent.handle())
                                .raw(passwords(1))
                                .sized(key.privateArea().bytes())
                                .sized(key.publicArea().bytes())
                                .bytes());
        return new Loaded(keep(answer.u32()), key.publicArea());
    }

    /** Section 20.2; r and s of an ECDSA signature over a SHA-256. */
    byte[][] sign(Loaded key, byte[] digest) throws TpmFailure, InterruptedException {
        Unmarshaller answer =
                connection.exchange(
                        Command.SIGN,
                        true,
                        new Marshaller()
                                .u32(key.handle())
                                .raw(passwords(1))
                                .sized(digest)
                                .u16(NONE)
                                .u16(HASH_CHECK)
                                .u32(NULL)
                                .sized(new byte[0])
                                .bytes());
        parameters(answer);
        answer.require(ECDSA, answer.u16(), "the kind of its signature");
        answer.require(SHA256, answer.u16(), "the hash of its signature");
        return new byte[][] {
            answer.sized(COORDINATE_BYTES_MAX), answer.sized(COORDINATE_BYTES_MAX)
        };
    }

    /** Section 18.2. */
    Certification certify(Loaded key, Loaded by, Marshalled secret, byte[] qualifyingData)
            throws TpmFailure, InterruptedException {
        Unmarshaller answer =
                connection.exchange(
                        Command.CERTIFY,
                        true,
                        new Marshaller()
                                .u32(key.handle())
                                .u32(by.handle())
                                .raw(passwords(2))
                                .sized(qualifyingData)
                                .u16(NONE)
                                .bytes());
        parameters(answer);
        byte[] statement = answer.sized(STRUCTURE_BYTES_MAX);
        int from = answer.position();
        answer.require(ECDSA, answer.u16(), "the kind of its signature");
        answer.require(SHA256, answer.u16(), "the hash of its signature");
        var _ = answer.sized(COORDINATE_BYTES_MAX);
        var _ = answer.sized(COORDINATE_BYTES_MAX);
        return new Certification(
                secret, marshalled(statement), marshalled(answer.between(from, answer.position())));
    }

    /** Section 12.5, for an endorsement key whose policy asks for its hierarchy's password. */
    Marshalled activate(Loaded attestation, Loaded endorsement, byte[] credential, byte[] secret)
            throws TpmFailure, InterruptedException {
        int session = policySession();
        policySecret(session);
        Unmarshaller answer =
                connection.exchange(
                        Command.ACTIVATE_CREDENTIAL,
                        true,
                        new Marshaller()
                                .u32(attestation.handle())
                                .u32(endorsement.handle())
                                .sizedLong(password().raw(authorization(session)))
                                .raw(credential)
                                .raw(secret)
                                .bytes());
        parameters(answer);
        return marshalled(answer.sized(64));
    }

    /** Section 11.1: unsalted and unbound, as it authorizes by policy alone. */
    private int policySession() throws TpmFailure, InterruptedException {
        Unmarshaller answer =
                connection.exchange(
                        Command.START_AUTH_SESSION,
                        false,
                        new Marshaller()
                                .u32(NULL)
                                .u32(NULL)
                                .sized(SecureBytes.fresh(32))
                                .sized(new byte[0])
                                .octet(POLICY)
                                .u16(NONE)
                                .u16(SHA256)
                                .bytes());
        int session = keep(answer.u32());
        var _ = answer.sized(64);
        answer.requireEnd();
        return session;
    }

    /** Section 23.4. */
    private void policySecret(int session) throws TpmFailure, InterruptedException {
        var _ =
                connection.exchange(
                        Command.POLICY_SECRET,
                        true,
                        new Marshaller()
                                .u32(ENDORSEMENT)
                                .u32(session)
                                .raw(passwords(1))
                                .sized(new byte[0])
                                .sized(new byte[0])
                                .sized(new byte[0])
                                .u32(0)
                                .bytes());
    }

    /** Section 28.4. */
    void unload(Loaded key) throws TpmFailure, InterruptedException {
        boolean _ = loaded.remove(key.handle());
        flush(key.handle());
    }

    private void flush(int handle) throws TpmFailure, InterruptedException {
        connection
                .exchange(Command.FLUSH_CONTEXT, false, new Marshaller().u32(handle).bytes())
                .requireEnd();
    }

    /** The failure of the use is the one to tell; a resource manager unloads the rest. */
    @Override
    public void close() {
        try {
            while (connection.usable() && !loaded.isEmpty()) {
                flush(loaded.pop());
            }
        } catch (TpmFailure remains) {
            loaded.clear();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
        }
    }

    private int keep(int handle) {
        loaded.push(handle);
        return handle;
    }

    /** Nothing that the TPM did not make itself. */
    private static byte[] making(Template template) {
        return making(template, new byte[0]);
    }

    private static byte[] making(Template template, byte[] content) {
        return new Marshaller()
                // No password.
                .sized(new Marshaller().sized(new byte[0]).sized(content))
                .sized(template.bytes())
                .sized(new byte[0])
                .u32(0)
                .bytes();
    }

    static byte[] passwords(int count) {
        Marshaller all = new Marshaller();
        for (int i = 0; i < count; i++) {
            all.raw(password().bytes());
        }
        return new Marshaller().sizedLong(all).bytes();
    }

    private static Marshaller password() {
        return new Marshaller().raw(authorization(PASSWORD));
    }

    /** No nonce and no HMAC: an empty password, or a policy. */
    private static byte[] authorization(int session) {
        return new Marshaller()
                .u32(session)
                .sized(new byte[0])
                .octet(CONTINUE_SESSION)
                .sized(new byte[0])
                .bytes();
    }

    /** Of an answer with authorizations: its parameters announce their length. */
    static void parameters(Unmarshaller answer) throws TpmFailure {
        int length = answer.u32();
        if (length < 0 || length > answer.left()) {
            throw TpmFailure.nonsense("its parameters are longer than it is");
        }
    }

    private static byte[] publicArea(Unmarshaller answer) throws TpmFailure {
        return answer.sized(WrappedKey.PUBLIC_BYTES_MAX);
    }

    private static Marshalled marshalled(byte[] bytes) throws TpmFailure {
        if (bytes.length == 0) {
            throw TpmFailure.nonsense("nothing where something stands");
        }
        return Marshalled.of(bytes);
    }
}
