"""What is said, whoever carries it: the CloudEvent, its topics, its Bundle and where large ones lie."""
