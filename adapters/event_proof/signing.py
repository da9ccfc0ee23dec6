"""Signs notes as C2SP's signed-note says, with an Ed25519 key made from the portal's secret.

Source: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint, RFC 8032.
"""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.event_proof.verify import Key, key_id, opened


class NoteSigner:
    """The portal's signing key and the name it signs by."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take a name without spaces and plus signs, and the 32 bytes of the private key."""
        if not name or "+" in name or any(letter.isspace() for letter in name):
            raise ValueError(f"a signer's name has neither spaces nor plus signs: {name!r}")
        self.name = name
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._private.public_key().public_bytes_raw()
        self._id = key_id(name, self._public)

    @property
    def verifier_key(self) -> str:
        """What whoever checks needs: `name+id+base64`."""
        encoded = base64.b64encode(b"\1" + self._public).decode()
        return f"{self.name}+{self._id.hex()}+{encoded}"

    def sign(self, *lines: str) -> str:
        """Give the note of these lines."""
        text = "".join(f"{line}\n" for line in lines)
        signature = self._private.sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(self._id + signature).decode()}\n"

    def has_signed(self, note: str) -> bool:
        """Whether a note is this key's and unchanged."""
        try:
            return bool(opened(note, [Key(self.verifier_key)]))
        except ValueError:
            return False

    def checkpoint(self, size: int, root: bytes) -> str:
        """Give the note that says which root a record of this size has."""
        return self.sign(self.name, str(size), base64.b64encode(root).decode())
