/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Writes the container image: an OCI archive, without a daemon, a registry or a base image.
 *
 * <p>It guarantees that the image holds what was staged for it and nothing else, that no file in it
 * can be changed by the server, and that the server does not run as root. Read {@link
 * dev.breakwater.image.ContainerImage} first; what is staged stands in {@code
 * build-support/image.sh}.
 */
@NullMarked
package dev.breakwater.image;

import org.jspecify.annotations.NullMarked;
