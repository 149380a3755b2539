"""What operations write for people to read: pages in one file each, which need nothing from anywhere."""
