"""`digit-detector data fetch`: the public drawings from their own homes, into the forms that `ink` reads."""
