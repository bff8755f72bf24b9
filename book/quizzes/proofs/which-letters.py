print("Tür".encode("utf-8").decode("iso-8859-1"))
