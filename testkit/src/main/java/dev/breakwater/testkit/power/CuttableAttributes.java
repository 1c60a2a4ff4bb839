/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Length, times and mode of a file. */
final class CuttableAttributes implements PosixFileAttributeView {

    private final Platter platter;
    private final Path place;

    CuttableAttributes(Platter platter, Path place) {
        this.platter = platter;
        this.place = place;
    }

    @Override
    public String name() {
        return "posix";
    }

    @Override
    public PosixFileAttributes readAttributes() throws IOException {
        synchronized (platter) {
            Inode inode = platter.require(place);
            return new Read(
                    inode.isDirectory(),
                    inode.content().length,
                    inode.modified(),
                    inode.permissions(),
                    inode);
        }
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        synchronized (platter) {
            platter.require(place).permissions(permissions);
        }
    }

    @Override
    public void setTimes(
            @Nullable FileTime modified, @Nullable FileTime read, @Nullable FileTime made)
            throws IOException {
        if (modified != null) {
            synchronized (platter) {
                platter.require(place).modified(modified);
            }
        }
    }

    @Override
    public void setGroup(GroupPrincipal group) {
        throw new UnsupportedOperationException("these files belong to nobody");
    }

    @Override
    public UserPrincipal getOwner() {
        throw new UnsupportedOperationException("these files belong to nobody");
    }

    @Override
    public void setOwner(UserPrincipal owner) {
        throw new UnsupportedOperationException("these files belong to nobody");
    }

    private record Read(
            boolean isDirectory,
            long size,
            FileTime lastModifiedTime,
            Set<PosixFilePermission> permissions,
            Object fileKey)
            implements PosixFileAttributes {

        @Override
        public FileTime lastAccessTime() {
            return lastModifiedTime;
        }

        @Override
        public FileTime creationTime() {
            return lastModifiedTime;
        }

        @Override
        public boolean isRegularFile() {
            return !isDirectory;
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public UserPrincipal owner() {
            throw new UnsupportedOperationException("these files belong to nobody");
        }

        @Override
        public GroupPrincipal group() {
            throw new UnsupportedOperationException("these files belong to nobody");
        }
    }
}
