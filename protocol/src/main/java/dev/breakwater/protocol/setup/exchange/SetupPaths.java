/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

/**
 * Where a device that waits to be set up is asked, and within what limits.
 *
 * <p>{@code GET /v1/device} gives a {@link DeviceReport}, {@code GET /v1/networks} the {@link
 * OfferedNetworks}; {@code POST /v1/setup} takes a {@link SetupRequest} and gives 202. Everything
 * else gives a {@link DeviceRefusal}.
 */
public final class SetupPaths {

    /** Who the device is and how far it has come. */
    public static final String DEVICE = "/v1/device";

    /** Which networks the device hears. */
    public static final String NETWORKS = "/v1/networks";

    /** What the device is told. */
    public static final String SETUP = "/v1/setup";

    /** The port, at the address of the access point, which an app finds as its gateway. */
    public static final int PORT = 8443;

    /** The longest body of a request. */
    public static final int REQUEST_BYTES_MAX = 8 * 1024;

    /** The longest body of a reply. */
    public static final int REPLY_BYTES_MAX = 32 * 1024;

    private SetupPaths() {}
}
