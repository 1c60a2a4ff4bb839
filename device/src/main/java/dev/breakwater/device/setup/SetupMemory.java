/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.device.Provisioning;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Where the device's server is, as its owner's phone said, in sealed storage. */
public final class SetupMemory {

    private static final String NAME = "setup-server";

    private final SealedStorage storage;

    /** The memory of one device. */
    public SetupMemory(SealedStorage storage) {
        this.storage = storage;
    }

    /** The server, or nothing if the device was never set up. */
    public Optional<ServerPlace> server() throws IOException {
        Optional<byte[]> kept = storage.read(NAME);
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServerPlace.parse(kept.get()));
        } catch (MalformedMessage unreadable) {
            throw new IOException("the stored place of the server cannot be read", unreadable);
        }
    }

    /**
     * What the agent is to be told, or nothing if the device was never set up.
     *
     * @param envelopeKeys as of {@link Provisioning}: they come with the firmware, since whoever
     *     sets a device up must not say whom it seals to
     */
    public Optional<Provisioning> provisioning(
            DeviceSerial serial, ChannelKind channel, KeyPlace keys, Set<String> envelopeKeys)
            throws IOException {
        return server().map(
                        server ->
                                new Provisioning(
                                        server.host(),
                                        server.channelPort(),
                                        server.enrollmentPort(),
                                        new RootFingerprint(server.rootFingerprint()),
                                        serial,
                                        channel,
                                        keys,
                                        envelopeKeys));
    }

    /** Keeps the server. */
    public void store(ServerPlace server) throws IOException {
        storage.write(NAME, server.toJson());
    }

    /** Forgets the server: the device is as it was before it was set up. */
    public void forget() throws IOException {
        storage.delete(NAME);
    }
}
